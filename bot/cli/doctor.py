"""The parts that answers rest on, examined one by one; one that fails does not keep the others from being examined."""

from __future__ import annotations

import logging
import platform
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot import VERSION
from bot.cli.failures import CommandError, repair
from bot.cli.library import library_problems
from bot.cli.words import say
from bot.settings import Settings

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Finding:
    """One examined part.

    Args:
        part: code for scripts, e.g. ``index``.
        ok: whether it is as it should be.
        detail: its state, or what is wrong and how to repair it.
    """

    part: str
    ok: bool
    detail: str

    @property
    def name(self) -> str:
        """The part's name for people."""
        return say(f"doctor_{self.part}")

    def record(self) -> dict[str, Any]:
        """The finding as JSON."""
        return {"part": self.part, "ok": self.ok, "detail": self.detail}


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Every part, in the order in which one depends on the next."""
    parts: dict[str, Callable[[Settings], str]] = {
        "program": _program,
        "home": _home,
        "database": _database,
        "documents": _documents,
        "index": _index,
        "engine": _engine,
    }
    return tuple(_finding(part, check, settings) for part, check in parts.items())


def _finding(part: str, check: Callable[[Settings], str], settings: Settings) -> Finding:
    try:
        return Finding(part, ok=True, detail=check(settings))
    except CommandError as error:
        return Finding(part, ok=False, detail=error.message)
    except Exception as error:
        _log.exception("doctor: %s", part)
        return Finding(part, ok=False, detail=repair(error) or say("doctor_unexpected", kind=type(error).__name__))


def _program(_settings: Settings) -> str:
    return say("doctor_program_detail", version=VERSION, python=platform.python_version())


def _home(settings: Settings) -> str:
    try:
        with tempfile.TemporaryFile(dir=settings.home):
            return say("doctor_home_detail", home=settings.home)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CommandError(say("home_not_writable", home=settings.home, reason=reason)) from error


def _database(settings: Settings) -> str:
    from bot.state import open_database_of

    database = open_database_of(settings)
    revision = database.revision()
    if revision is None or revision < database.head:
        raise CommandError(say("database_behind"))
    return say("doctor_database_detail", revision=revision)


def _documents(settings: Settings) -> str:
    from bot.state import open_library

    library = open_library(settings)
    if problems := library_problems(library):
        raise CommandError("；".join(problems))
    return say("doctor_documents_detail", count=len(library.documents()))


def _index(settings: Settings) -> str:
    from bot.state import open_search

    search = open_search(settings)
    search.verify()
    if not search.is_current():
        raise CommandError(say("index_stale"))
    return say("doctor_index_detail", encoder=settings.encoder)


def _engine(settings: Settings) -> str:
    if not settings.llm_model:
        return say("doctor_engine_offline")
    return say("doctor_engine_model", model=settings.llm_model, address=settings.llm_base_url)
