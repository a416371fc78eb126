"""State that is ready for use: initialised at first need, by one process at a time."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.cli.failures import CommandError, complain
from bot.cli.words import say
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.assistant.conversation import Conversations
    from bot.assistant.engine import Assistant

LOCK_FILE = "init.lock"
_FIRST_WAIT = 1.0
"""Seconds to wait for another process without saying so."""


def ready(settings: Settings) -> Settings:
    """The settings, once there is state to work with; the sample is loaded where there was none.

    While another process adds documents, the state from before it is state to work with.

    Raises:
        CommandError: the home folder cannot be written.
    """
    from bot.state import Lacking, has_previous_state, is_prepared, lacking, prepare

    _make_home(settings)
    if is_prepared(settings):
        return settings
    if not (has_previous_state(settings) and _is_being_prepared(settings)):
        lacks = lacking(settings)
        complain(say(lacks, home=settings.home))
        with alone(settings):
            # Whoever began without the sample does not want it from a newer program either.
            prepare(settings, sample=lacks is Lacking.EVERYTHING, progress=show_progress)
    return settings


def ready_assistant(
    settings: Settings,
    conversations: Conversations | None = None,
    *,
    rehearsing: bool = False,
    in_chat: bool = False,
) -> Assistant:
    """The assistant over state that is ready; the arguments are those of ``bot.bootstrap.build_assistant``."""
    from bot.bootstrap import build_assistant

    assistant = build_assistant(ready(settings), conversations, rehearsing=rehearsing, in_chat=in_chat)
    # What is loaded by now lasts as long as the process: no collection of garbage needs to walk through it again.
    gc.freeze()
    return assistant


def show_progress(done: int, total: int) -> None:
    """Tell a person at a screen how far the index is, on one line that renews itself."""
    if sys.stderr.isatty():
        sys.stderr.write("\r" + say("index_progress", done=done, total=total) + ("\n" if done == total else ""))
        sys.stderr.flush()


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold off other processes that prepare the same home folder; raises CommandError where it cannot be written."""
    from filelock import FileLock, Timeout

    _make_home(settings)
    lock = FileLock(settings.home / LOCK_FILE)
    try:
        try:
            lock.acquire(timeout=_FIRST_WAIT)
        except Timeout:
            complain(say("waiting_for_init"))
            lock.acquire()
    except OSError as error:
        raise _not_writable(settings, error) from error
    try:
        yield
    finally:
        lock.release()


def _is_being_prepared(settings: Settings) -> bool:
    """Whether another process holds the home folder right now."""
    from filelock import FileLock, Timeout

    lock = FileLock(settings.home / LOCK_FILE)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError as error:
        raise _not_writable(settings, error) from error
    lock.release()
    return False


def _make_home(settings: Settings) -> None:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_writable(settings, error) from error


def _not_writable(settings: Settings, error: OSError) -> CommandError:
    return CommandError(say("home_not_writable", home=settings.home, reason=error.strerror or str(error)))
