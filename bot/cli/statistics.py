"""``stats``: the quarterly report in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from bot.cli.asking import JsonOption
from bot.cli.failures import ExitCode
from bot.cli.words import say


def import_report(
    path: Annotated[Path, Argument(metavar="FILE", help=say("help_stats_file"))],
    dry_run: Annotated[bool, Option("--dry-run", help=say("help_dry_run"))] = False,
    yes: Annotated[bool, Option("--yes", "-y", help=say("help_yes"))] = False,
    as_json: JsonOption = False,
) -> int:
    """Check a quarterly report, show what it would change, and write it once confirmed."""
    return ExitCode.ERROR


def template(
    path: Annotated[Path, Argument(metavar="OUT.xlsx", help=say("help_stats_template_out"))],
) -> int:
    """Write a workbook to fill in."""
    return ExitCode.ERROR


def status(
    period: Annotated[str, Argument(metavar=say("metavar_period"), help=say("help_stats_period"))],
    as_json: JsonOption = False,
) -> int:
    """Show who has reported a period."""
    return ExitCode.ERROR


def export(
    path: Annotated[Path, Argument(metavar="OUT.xlsx", help=say("help_stats_export_out"))],
) -> int:
    """Write the recorded figures to a workbook."""
    return ExitCode.ERROR


def history(as_json: JsonOption = False) -> int:
    """List the imports."""
    return ExitCode.ERROR


def revert(
    import_id: Annotated[int, Argument(metavar="IMPORT_ID", help=say("help_stats_import_id"))],
    yes: Annotated[bool, Option("--yes", "-y", help=say("help_yes"))] = False,
    as_json: JsonOption = False,
) -> int:
    """Undo an import."""
    return ExitCode.ERROR
