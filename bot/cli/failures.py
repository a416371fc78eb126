"""What a person reads when a command cannot do its work, and the exit code a script sees."""

from __future__ import annotations

import logging
import sys
import tempfile
import traceback
from enum import IntEnum
from logging.handlers import RotatingFileHandler

from typer import TyperException

from bot.assistant.types import Status
from bot.cli.usage_errors import usage_message
from bot.cli.words import say
from bot.settings import SettingProblem, SettingsError


class ExitCode(IntEnum):
    """Exit codes of the contract, and the shell's own for an interrupt."""

    ANSWERED = 0
    ERROR = 1
    USAGE = 2
    NOT_FOUND = 3
    DENIED = 4
    CLARIFY = 5
    INTERRUPTED = 130


_BY_STATUS = {
    Status.ANSWERED: ExitCode.ANSWERED,
    Status.NOT_FOUND: ExitCode.NOT_FOUND,
    Status.DENIED: ExitCode.DENIED,
    Status.CLARIFY: ExitCode.CLARIFY,
    Status.ERROR: ExitCode.ERROR,
}
_RETRIEVAL = {
    "EncoderUnavailableError": "encoder_unavailable",
    "IndexMissingError": "index_missing",
    "IndexMismatchError": "index_mismatch",
    "IndexCorruptError": "index_corrupt",
    "IndexBusyError": "index_busy",
    "VectorStoreUnavailableError": "vector_store_unavailable",
}
"""Kinds of trouble with retrieval and the messages that name their repair."""
_log = logging.getLogger(__name__)


class CommandError(Exception):
    """A command cannot go on for a reason its user can mend.

    Args:
        message: for the person, ending in what to do next.
        code: how the process ends.
    """

    def __init__(self, message: str, code: ExitCode = ExitCode.ERROR) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


def exit_code(status: Status) -> ExitCode:
    """The exit code of an answer."""
    return _BY_STATUS[status]


def complain(message: str) -> None:
    """Write a message to standard error."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def report(error: Exception) -> ExitCode:
    """Tell the person what went wrong, log what they cannot mend, and return the exit code."""
    match error:
        case CommandError():
            complain(error.message)
            return error.code
        case TyperException():
            complain(usage_message(error))
            return ExitCode.USAGE
        case SettingsError():
            for problem in error.problems:
                complain(_setting(problem))
            return ExitCode.USAGE
    place = _logged(error)
    complain(repair(error) or say("unexpected", kind=type(error).__name__, log=place))
    return ExitCode.ERROR


def _setting(problem: SettingProblem) -> str:
    if problem.variable == ".env":
        return say("env_file_unreadable", path=problem.value)
    remedy = say(f"setting_{problem.variable.lower()}")
    if not problem.value:
        return say("setting_missing_or_hidden", variable=problem.variable, remedy=remedy)
    return say("setting_unusable", variable=problem.variable, value=problem.value, remedy=remedy)


def repair(error: Exception) -> str:
    """The message for trouble that a command repairs; empty for anything else."""
    from retrieval.errors import RetrievalError

    if isinstance(error, RetrievalError):
        return say(_RETRIEVAL.get(type(error).__name__, "index_corrupt"))
    if isinstance(error, OSError):
        return say("system_refused", reason=error.strerror or str(error), place=error.filename or "")
    # SQLAlchemy is loaded by whoever opened a database; without it there is no database trouble to recognise.
    module = sys.modules.get("stats_tools.database")
    if module is None:
        return ""
    trouble = module.as_unusable(error)
    return say(f"database_{trouble.reason}") if isinstance(trouble, module.DatabaseUnusableError) else ""


def _logged(error: Exception) -> str:
    """Write the error with its trace to the log, or to a file of its own where there is no log; its place."""
    files = [h.baseFilename for h in logging.getLogger().handlers if isinstance(h, RotatingFileHandler)]
    if files:
        _log.error("command failed", exc_info=error)
        return files[0]
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="policybot-", suffix=".log", delete=False) as file:
        file.writelines(traceback.format_exception(error))
    return file.name
