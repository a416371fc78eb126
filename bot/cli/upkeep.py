"""``init`` and ``doctor``: getting ready, and finding out why it is not."""

from __future__ import annotations

from typing import Annotated

from typer import Option

from bot.cli.asking import JsonOption
from bot.cli.failures import ExitCode, complain
from bot.cli.ready import alone, show_progress
from bot.cli.surroundings import out, settings, write_json
from bot.cli.words import say


def init(
    sample: Annotated[bool, Option("--sample/--no-sample", help=say("help_init_sample"))] = True,
) -> int:
    """Make or upgrade everything the product keeps; may be interrupted and repeated."""
    from bot.state import prepare

    loaded = settings()
    complain(say("init_begun", home=loaded.home))
    with alone(loaded):
        prepare(loaded, sample=sample, progress=show_progress)
    out(say("init_done", home=loaded.home))
    return ExitCode.ANSWERED


def doctor(as_json: JsonOption = False) -> int:
    """Examine every part the answers rest on; exit code 1 where one needs attention."""
    from bot.cli.doctor import examine

    findings = examine(settings())
    wrong = [finding for finding in findings if not finding.ok]
    if as_json:
        write_json({"ok": not wrong, "checks": [finding.record() for finding in findings]})
    else:
        for finding in findings:
            mark = say("doctor_ok" if finding.ok else "doctor_wrong")
            out(say("doctor_line", mark=mark, name=finding.name, detail=finding.detail))
        out(say("doctor_unsound", count=len(wrong)) if wrong else say("doctor_sound"))
    return ExitCode.ERROR if wrong else ExitCode.ANSWERED
