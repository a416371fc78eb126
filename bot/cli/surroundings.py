"""What every command stands on: settings, the log, the day, the role asked for, and state that is ready for use."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from typing import Any

from bot.assistant.access import Principal, Role
from bot.cli.failures import CommandError, ExitCode
from bot.cli.words import say
from bot.settings import Settings
from stats_tools.office_time import office_day

LOG_FILE = "policybot.log"
_LOG_BYTES = 2_000_000
_LOG_FILES_KEPT = 3


@cache
def settings() -> Settings:
    """The settings of this process, with the log set up by them; raises SettingsError."""
    loaded = Settings.load()
    _keep_log(loaded)
    return loaded


def today() -> date:
    """The day it is at the offices; "in force", "last year" and the like are judged by it."""
    return office_day(datetime.now(UTC))


def principal(role: str | None) -> Principal:
    """Whoever asks on this command line, in the role named or else the configured one; raises CommandError."""
    if role is None:
        return Principal(settings().default_role)
    try:
        return Principal(Role(role))
    except ValueError:
        raise CommandError(say("no_such_role", role=role, roles="、".join(Role)), ExitCode.USAGE) from None


def typed(text: str) -> str:
    """The text with lone surrogates, which no output can encode, replaced by U+FFFD."""
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)


def out(text: str) -> None:
    """Write lines to standard output."""
    sys.stdout.write(f"{text}\n")


def write_json(record: Mapping[str, Any]) -> None:
    """Write one JSON object to standard output, on one line, valid whatever the encoding of the terminal."""
    escaped = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    sys.stdout.write(json.dumps(record, ensure_ascii=escaped, default=str) + "\n")


def steady_streams() -> None:
    """Make text in another encoding than the terminal's degrade instead of failing."""
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "backslashreplace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=errors)


def _keep_log(loaded: Settings) -> None:
    root = logging.getLogger()
    root.setLevel(loaded.log_level)
    # Without any handler, logging would write to standard error, stack traces included.
    root.addHandler(logging.NullHandler())
    try:
        loaded.logs.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            loaded.logs / LOG_FILE, maxBytes=_LOG_BYTES, backupCount=_LOG_FILES_KEPT, encoding="utf-8", delay=True
        )
    except OSError:
        # The command itself will say that the folder cannot be written; a log line must not get in its way.
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
