"""Requests for a report as a file: which of the two, and of when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from bot.assistant.specialists import Memory, PartPlan
from bot.assistant.types import Plan, Question, Status, ToolCall
from knowledge.folding import fold
from prompts import Wording

HALFYEAR_TOOL, EVALUATION_TOOL = "write_halfyear_report", "write_evaluation"
_LONGEST_REPLY = 6
"""Characters of a bare reply to the question which half of a year is meant."""
_WORDS = Path(__file__).with_name("report_requests.yaml")


class RequestWords(BaseModel):
    """How reports are asked for; see the file for the meaning of its parts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    year: str
    relative_years: Mapping[str, int]
    halves: Mapping[str, int]
    wrong_half: str
    verbs: tuple[str, ...]
    question_words: tuple[str, ...]
    halfyear: tuple[str, ...]
    evaluation: tuple[str, ...]

    @classmethod
    @cache
    def load(cls) -> RequestWords:
        """The words that ship with the product; raises ValidationError where they are wrong."""
        return cls.model_validate(yaml.safe_load(_WORDS.read_text(encoding="utf-8")))

    @cached_property
    def _year(self) -> re.Pattern[str]:
        return re.compile(self.year)

    def year_in(self, text: str, this_year: int) -> int | None:
        """The year that a text names, in digits or relative to this one; None where it names none."""
        found = self._year.search(text)
        if found is None:
            return None
        return int(found["year"]) if found["year"] else this_year + self.relative_years[found["relative"]]

    def half_in(self, text: str) -> int | None:
        """The half of a year that a text names; None where it names none."""
        said = (half for word, half in self.halves.items() if fold(word) in text)
        return next(said, None)

    def wrong_half_in(self, text: str) -> str:
        """A half year that there is not, as written; empty without one."""
        found = re.search(self.wrong_half, text, re.IGNORECASE)
        return found.group() if found else ""


class ReportSpecialist:
    """Claims requests for the half-yearly summary and for the annual evaluation.

    Args:
        wording: the messages.
    """

    name = "reports"

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        self._words = RequestWords.load()

    def plan(self, part: str, question: Question, memory: Memory) -> PartPlan | None:
        """The tool that writes the report, or a question back where the half of the year is open."""
        words, text = self._words, fold(part)
        if any(word in text for word in words.question_words):
            return None
        open_year = memory.state.get("year") if memory.is_latest else None
        if open_year is not None and len(text) <= _LONGEST_REPLY and (half := words.half_in(text)):
            return self._halfyear(text, open_year, half)
        year, half = words.year_in(text, question.today.year), words.half_in(text)
        asked = year is not None or any(word in text for word in words.verbs)
        if asked and any(word in text for word in words.halfyear):
            return self._halfyear(text, year, half)
        if asked and any(word in text for word in words.evaluation):
            arguments = {} if year is None else {"year": year}
            return PartPlan(calls=(ToolCall(EVALUATION_TOOL, arguments),))
        return None

    def _halfyear(self, text: str, year: int | None, half: int | None) -> PartPlan:
        wrong = self._words.wrong_half_in(text)
        if wrong:
            message = self._wording.say("report.no_such_half", said=wrong.upper())
            return PartPlan(reply=Plan(status=Status.CLARIFY, message=message, options=self._choices(year)))
        if year is None:
            return PartPlan(calls=(ToolCall(HALFYEAR_TOOL, {}),))
        if half is None:
            message = self._wording.say("report.which_half", year=year)
            asked = Plan(status=Status.CLARIFY, message=message, options=self._choices(year))
            return PartPlan(reply=asked, state={"year": year})
        return PartPlan(calls=(ToolCall(HALFYEAR_TOOL, {"half": f"{year}H{half}"}),))

    def _choices(self, year: int | None) -> tuple[str, ...]:
        if year is None:
            return ()
        return tuple(self._wording.say(f"report.ask_half_{half}", year=year) for half in (1, 2))
