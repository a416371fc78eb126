"""Questions that were refused, told without who asked, so that the gap behind them can be found and closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import yaml
from pydantic import BaseModel, ConfigDict

from bot.assistant.library_desk import Beside
from bot.assistant.policy.findings import PolicyFinding, Reason
from bot.assistant.types import Answer, Status

_RULES_FILE = Path(__file__).with_suffix(".yaml")
FIGURES = "figures"
"""Reason of a refusal for want of figures, rather than for one of ``bot.assistant.policy.findings.Reason``."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A question without an answer.

    Args:
        question: with what may identify a person taken out; completed where it followed up on an earlier one.
        reason: a ``Reason`` value, or ``figures``.
    """

    question: str
    reason: str


class RefusedQuestions(Protocol):
    """Where refused questions are noted."""

    def note(self, refused: Refused) -> None:
        """Keep a refused question."""


class RefusalRules(BaseModel):
    """See ``refusals.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    no_gap: tuple[Reason, ...]
    figure_tools: tuple[str, ...]
    mask: str
    personal: tuple[re.Pattern[str], ...]

    def masked(self, text: str) -> str:
        """The text without numbers and addresses that identify a person."""
        for pattern in self.personal:
            text = pattern.sub(self.mask, text)
        return text


@cache
def refusal_rules() -> RefusalRules:
    """The rules as shipped; pydantic.ValidationError names a wrong entry."""
    return RefusalRules.model_validate(yaml.safe_load(_RULES_FILE.read_text(encoding="utf-8")))


def refused(answer: Answer) -> Refused | None:
    """The refusal in an answer; None where it was answered, or what was said is nothing documents could answer."""
    if answer.status is not Status.NOT_FOUND:
        return None
    rules = refusal_rules()
    reasons = [finding.reason for finding in _findings(answer) if finding.reason]
    if reasons and all(reason in rules.no_gap for reason in reasons):
        return None
    called = {result.call.name for result in answer.tool_calls}
    otherwise = FIGURES if called and called <= set(rules.figure_tools) else Reason.LACKING.value
    reason = next((each.value for each in reasons if each not in rules.no_gap), otherwise)
    return Refused(rules.masked(_completed(answer)), reason)


def _findings(answer: Answer) -> Iterator[PolicyFinding]:
    for result in answer.tool_calls:
        value = result.outcome.value
        found = value.documents if isinstance(value, Beside) else value
        if isinstance(found, PolicyFinding):
            yield found


def _completed(answer: Answer) -> str:
    """The question; as the only call put it where there was one, because a follow-up says nothing by itself."""
    asked = [call.call.arguments.get("question") for call in answer.tool_calls]
    return asked[0] if len(asked) == 1 and isinstance(asked[0], str) and asked[0] else answer.question
