"""Buttons under answers: each carries a random token, and the database knows what the token does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.assistant.types import Answer, Citation, Code, Status, Table
from bot.channels.telegram_brevity import kept_sections
from bot.channels.telegram_text import Kind, Section, shortened
from bot.database.telegram_answers import Button, new_token
from prompts import Wording
from stats_tools.figure_table import kept_figures

LABEL_UNITS = 60
"""UTF-16 code units of a label: what two lines of a phone's button hold."""
MOST_CHOICES = 8
"""Choices offered as buttons; more would push the answer off the screen."""
MOST_SUGGESTIONS = 3

MOST_IN_ROW = 3
"""Buttons whose labels a phone shows whole beside each other."""
SHORT_LABEL = 6
"""Characters of a label that is whole in a third of a row."""

ASK, CHOOSE, SOURCE, MORE, EXPORT, AGAIN = "ask", "choose", "source", "more", "export", "again"
"""Actions: ask a suggestion; answer a question back (the asker alone); show citation n; show what a long answer left
out; send the figures as a workbook; answer once more."""
GOOD, BAD, REASON = "good", "bad", "reason"
"""Actions: vote for or against an answer; say what was wrong (the voter alone)."""


@dataclass(slots=True)
class Keyboard:
    """Rows of buttons in the making; ``buttons`` are those to be kept in the database."""

    wording: Wording
    rows: list[list[InlineKeyboardButton]] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)

    def button(self, action: str, argument: str, label: str) -> InlineKeyboardButton:
        """A button with a token of its own."""
        token = new_token()
        self.buttons.append(Button(token, action, argument))
        return InlineKeyboardButton(shortened(label, LABEL_UNITS), callback_data=token)

    def said(self, action: str, argument: str = "") -> InlineKeyboardButton:
        """A button whose label is the wording of its action."""
        return self.button(action, argument, self.wording.say(f"telegram.button_{action}"))

    @property
    def markup(self) -> InlineKeyboardMarkup | None:
        """As Telegram takes it; None without any row."""
        return InlineKeyboardMarkup(self.rows) if self.rows else None


def answer_keyboard(answer: Answer, wording: Wording, left: Sequence[Section] = ()) -> Keyboard:
    """The buttons of an answer: its choices; or its source, chart, workbook and votes, then what to ask next.

    Args:
        answer: what they belong to.
        wording: their labels.
        left: what is not shown of it unasked.
    """
    keyboard = Keyboard(wording)
    if left:
        quotations = all(section.kind is Kind.QUOTE for section in left)
        label = wording.say("telegram.button_more_quotations", count=len(left)) if quotations else ""
        more = keyboard.button(MORE, kept_sections(left), label or wording.say("telegram.button_more"))
        keyboard.rows.append([more])
    if answer.options:
        keyboard.rows += _asking(keyboard, CHOOSE, answer.options[:MOST_CHOICES])
        return keyboard
    first: list[InlineKeyboardButton] = []
    if answer.citations:
        first.append(keyboard.said(SOURCE, str(answer.citations[0].n)))
    if _has_a_course(answer):
        asked = wording.say("telegram_questions.chart", question=answer.question.rstrip("？?。. "))
        first.append(keyboard.button(ASK, asked, wording.say("telegram.button_chart")))
    if answer.figures:
        first.append(keyboard.said(EXPORT, kept_figures(answer.figures, _queries(answer))))
    votes = [keyboard.said(GOOD), keyboard.said(BAD)] if answer.status is Status.ANSWERED else []
    together = len(first) + len(votes) <= MOST_IN_ROW
    keyboard.rows += [row for row in ([[*first, *votes]] if together else [first, votes]) if row]
    keyboard.rows += _asking(keyboard, ASK, answer.suggestions[:MOST_SUGGESTIONS])
    return keyboard


def _queries(answer: Answer) -> list[str]:
    """The calls that the answer rests on, as they were run."""
    runs = (result.call for result in answer.tool_calls if result.ok)
    return [f"{call.name} {json.dumps(dict(call.arguments), ensure_ascii=False, default=str)}" for call in runs]


def _asking(keyboard: Keyboard, action: str, texts: Sequence[str]) -> list[list[InlineKeyboardButton]]:
    """A row each; those with so little to say that they fit beside each other share one."""
    buttons = [keyboard.button(action, text, text) for text in texts]
    short = len(texts) <= MOST_IN_ROW and all(len(text) <= SHORT_LABEL for text in texts)
    return [buttons] if short and buttons else [[button] for button in buttons]


def _has_a_course(answer: Answer) -> bool:
    """Whether there is something to draw that has not been drawn; the workings of an answer have no course."""
    if any(isinstance(block, Code) for block in answer.blocks):
        return False
    drawn = any(attachment.kind == "chart" for attachment in answer.attachments)
    return len(answer.figures) > 1 and any(isinstance(block, Table) for block in answer.blocks) and not drawn


def single(action: str, argument: str, wording: Wording) -> Keyboard:
    """A keyboard of one button."""
    keyboard = Keyboard(wording)
    keyboard.rows.append([keyboard.said(action, argument)])
    return keyboard


def next_citation(citations: Iterable[Citation], n: int) -> Citation | None:
    """The citation to turn to after number ``n``: the first again after the last, None where there is no other."""
    others = sorted((each for each in citations if each.n != n), key=lambda each: (each.n < n, each.n))
    return others[0] if others else None
