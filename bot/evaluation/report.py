"""Scores counted by file and part, in the order they were run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from bot.answer_json import answer_json
from bot.evaluation.scoring import Score


@dataclass(frozen=True, slots=True)
class Part:
    """The scores of one part of one question file.

    Args:
        name: file stem, with the split after a slash where the file has splits.
        scores: in file order.
    """

    name: str
    scores: tuple[Score, ...]

    @property
    def scored(self) -> int:
        """Cases that demand something."""
        return sum(score.scored for score in self.scores)

    @property
    def passed(self) -> int:
        """Scored cases with every demand met."""
        return sum(score.scored and score.passed for score in self.scores)

    @property
    def shown(self) -> int:
        """Cases that were run only to be looked at."""
        return len(self.scores) - self.scored

    @property
    def median_ms(self) -> float:
        """Median time of an answer, milliseconds."""
        return median(score.answer.elapsed_ms for score in self.scores)


def parts(name: str, scores: Iterable[Score]) -> tuple[Part, ...]:
    """The scores of one file, divided by split where it has any, in order of first appearance."""
    by_split: dict[str, list[Score]] = {}
    for score in scores:
        by_split.setdefault(score.case.split, []).append(score)
    return tuple(Part(f"{name}/{split}" if split else name, tuple(members)) for split, members in by_split.items())


def report_json(measured: Sequence[Part]) -> dict[str, Any]:
    """The whole run as JSON: counts by part, and every case with its answer and failures."""
    return {
        "parts": [_part(part) for part in measured],
        "cases": [_case(part.name, score) for part in measured for score in part.scores],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "scored": part.scored,
        "passed": part.passed,
        "shown": part.shown,
        "median_ms": round(part.median_ms, 3),
    }


def _case(part: str, score: Score) -> dict[str, Any]:
    return {
        "part": part,
        "id": score.case.id,
        "scored": score.scored,
        "passed": score.passed if score.scored else None,
        "failures": [{"demand": f.demand.value, "wanted": f.wanted, "got": f.got} for f in score.failures],
        "answer": answer_json(score.answer, score.case.id),
    }
