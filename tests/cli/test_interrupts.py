"""An interrupt ends long work also where the interpreter would lose it."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from bot.cli.interrupts import no_interrupt_lost


class Interrupting:
    """Interrupts the process while it is thrown away, from where no exception comes out."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)


def test_an_interrupt_lost_in_a_callback_is_heeded_and_leaves_no_trace(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT), sys.unraisablehook
    with no_interrupt_lost() as heed:
        heed()
        lost = Interrupting()
        del lost
        with pytest.raises(KeyboardInterrupt):
            heed()
    assert (signal.getsignal(signal.SIGINT), sys.unraisablehook) == before
    assert capsys.readouterr().err == ""


def test_an_interrupt_that_is_not_lost_ends_the_work_at_once() -> None:
    with no_interrupt_lost(), pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
