"""Ctrl-C during long work: no interrupt gets lost, and none leaves a stack trace."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType


@contextmanager
def no_interrupt_lost() -> Iterator[Callable[[], None]]:
    """Gives what is to be called between two pieces of work; it raises KeyboardInterrupt where one got lost.

    One that arrives while the interpreter calls back (from a weak reference, the collector, a library in another
    language) ends that call alone, and the work would go on as if nobody had asked for its end.  For the main thread.
    """
    came, handler, hook = Event(), signal.getsignal(signal.SIGINT), sys.unraisablehook

    def note(number: int, frame: FrameType | None) -> None:
        came.set()
        signal.default_int_handler(number, frame)

    def heed() -> None:
        if came.is_set():
            raise KeyboardInterrupt

    def unless_interrupted(unraisable: sys.UnraisableHookArgs) -> None:
        if not isinstance(unraisable.exc_value, KeyboardInterrupt):
            hook(unraisable)

    signal.signal(signal.SIGINT, note)
    sys.unraisablehook = unless_interrupted
    try:
        yield heed
    finally:
        sys.unraisablehook = hook
        signal.signal(signal.SIGINT, handler)
