"""Blank workbooks for those who file in chat: the quarterly report and the registers, ready to be filled in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from bot.channels.telegram_buttons import Keyboard
from prompts import Wording
from stats_tools.importing.reference import Reference
from stats_tools.periods import Period
from stats_tools.registers.reference import RegisterReference
from stats_tools.registers.workbooks import write_register_template
from stats_tools.template import write_template

REPORT_FORM, REGISTER_FORM = "report_form", "register_form"
"""Actions of the buttons that fetch one."""
FORMS = (REPORT_FORM, REGISTER_FORM)


def offer_forms(keyboard: Keyboard) -> None:
    """Add a row of buttons, one for each form."""
    keyboard.rows.append([keyboard.said(form) for form in FORMS])


def write_form(form: str, folder: Path, wording: Wording, today: Callable[[], date]) -> Path:
    """Write a form into a folder; that of the registers names the quarter that ended last."""
    path = folder / wording.say(f"telegram.filing_{form}_name")
    if form == REPORT_FORM:
        known = Reference.load()
        write_template(path, known.registry, known.catalogue)
    else:
        reference = RegisterReference.load()
        write_register_template(path, reference, reference.registers, Period.of(today()).shift(-1))
    return path
