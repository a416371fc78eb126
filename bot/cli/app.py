"""The command tree. Modules named here import nothing heavy, so that help and usage errors come at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from typer import Context, Exit, Option, Typer

from bot import VERSION
from bot.cli import (
    adding,
    asking,
    checks,
    digest_deliveries,
    digests,
    gaps,
    library,
    register_import,
    registers,
    relating,
    report_import,
    reports,
    statistics,
    telegram_command,
    upkeep,
)
from bot.cli.help_pages import Command, Group
from bot.cli.surroundings import out
from bot.cli.words import say


def build() -> Typer:
    """The whole application."""
    app = _group(say("help_app"), _entry)
    _add(app, "init", upkeep.init)
    _add(app, "ask", asking.ask)
    _add(app, "chat", asking.chat)
    _add(app, "batch", asking.batch)
    stats = _group(say("help_stats"), _show_help)
    for name, function in {
        "import": report_import.import_report,
        "template": statistics.template,
        "status": statistics.status,
        "export": statistics.export,
        "history": statistics.history,
        "revert": statistics.revert,
    }.items():
        _add(stats, name, function, "stats_")
    register = _group(say("help_register"), _show_help)
    for name, function in {
        "import": register_import.import_registers,
        "template": registers.template,
        "list": registers.list_registers,
        "show": registers.show,
        "status": registers.status,
        "export": registers.export,
    }.items():
        _add(register, name, function, "register_")
    stats.add_typer(register, name="register")
    app.add_typer(stats, name="stats")
    knowledge = _group(say("help_knowledge"), _show_help)
    for name, function in {
        "list": library.list_documents,
        "show": library.show,
        "check": library.check,
        "rebuild": library.rebuild,
        "add": adding.add,
        "remove": library.remove,
        "relate": relating.relate,
        "gaps": gaps.gaps,
    }.items():
        _add(knowledge, name, function, "knowledge_")
    app.add_typer(knowledge, name="knowledge")
    report = _group(say("help_report"), _show_help)
    _add(report, "halfyear", reports.halfyear, "report_")
    _add(report, "evaluation", reports.evaluation, "report_")
    app.add_typer(report, name="report")
    app.add_typer(_digests(), name="digest")
    _add(app, "telegram", telegram_command.telegram)
    _add(app, "doctor", upkeep.doctor)
    _add(app, "eval", checks.evaluate)
    _add(app, "bench", checks.bench)
    return app


def _digests() -> Typer:
    digest = _group(say("help_digest"), _show_help)
    for name, function in {
        "preview": digests.preview,
        "subscribe": digests.subscribe,
        "list": digest_deliveries.show,
        "run-due": digest_deliveries.run_due,
        "pause": digests.pause,
        "resume": digests.resume,
        "unsubscribe": digests.unsubscribe,
        "trial": digests.trial,
        "retry": digest_deliveries.retry,
        "settle": digest_deliveries.settle,
    }.items():
        _add(digest, name, function, "digest_")
    return digest


def _group(text: str, alone: Callable[..., None]) -> Typer:
    """A group of commands; ``alone`` runs before any of them, and where none is named."""
    group = Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    group.callback(cls=Group, help=text, invoke_without_command=True)(alone)
    return group


def _add(group: Typer, name: str, function: Any, prefix: str = "") -> None:
    group.command(name, cls=Command, help=say(f"help_{prefix}{name}"))(function)


def _entry(
    context: Context,
    show_version: Annotated[bool, Option("--version", is_eager=True, help=say("help_version"))] = False,
) -> None:
    if show_version:
        out(VERSION)
        raise Exit
    _show_help(context)


def _show_help(context: Context) -> None:
    if context.invoked_subcommand is None:
        out(context.get_help())
        raise Exit
