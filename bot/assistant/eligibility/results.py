"""What checking comes to: a verdict for every condition, measures with their verdicts, channels with their terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.assistant.eligibility.belonging import Membership
from knowledge.support_measures import Condition, Measure, Tier

ROWS_A_PAGE = 6
"""Rows of a list before 看其余的: what a phone shows without scrolling twice."""


class Verdict(StrEnum):
    """How a condition stands."""

    MET = "met"
    NOT_MET = "not_met"
    NEED = "need"
    NO_THRESHOLD = "no_threshold"


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition with its verdict.

    Args:
        missing: facts that would decide it, in the order in which they are looked at; only where it needs them.
        shown: the facts it rests on as told or worked out, by name.
    """

    condition: Condition
    verdict: Verdict
    missing: tuple[str, ...] = ()
    shown: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """A measure with all its conditions judged."""

    measure: Measure
    judged: tuple[Judged, ...]

    def count(self, verdict: Verdict) -> int:
        """How many conditions stand so."""
        return sum(each.verdict is verdict for each in self.judged)

    @property
    def is_ruled_out(self) -> bool:
        """Whether a condition is not met."""
        return self.count(Verdict.NOT_MET) > 0

    @property
    def verdict(self) -> Verdict:
        """The measure as a whole: what rules it out, else what is still to be known, else what no document sets."""
        order = (Verdict.NOT_MET, Verdict.NEED, Verdict.NO_THRESHOLD)
        return next((each for each in order if self.count(each)), Verdict.MET)

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to check a firm by."""
        return self.count(Verdict.NO_THRESHOLD) == len(self.judged)

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that would decide it; none where it is ruled out already."""
        if self.is_ruled_out:
            return ()
        return tuple(dict.fromkeys(fact for each in self.judged for fact in each.missing))


@dataclass(frozen=True, slots=True)
class Firm:
    """What is known of the firm, ready to be told.

    Args:
        facts: names and words, in the order of the facts file.
        city: empty where it is not told.
        sector: empty where it is not told.
        is_unknown_sector: whether it was said to be none of the known ones.
        membership: its clusters; None where city or sector is not told.
        tier: the size of firm its revenue falls in; None without one.
        revenue: as told; empty where it is not.
        levels: the words for the levels of clusters.
    """

    facts: tuple[tuple[str, str], ...]
    city: str
    sector: str
    is_unknown_sector: bool
    membership: Membership | None
    tier: Tier | None
    revenue: str
    levels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A fact told in this turn: its name, the words before, empty where they are only said back, and now."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What to ask the firm next.

    Args:
        facts: the facts asked for, one or two; none where nothing is missing.
        options: choices to offer, where the first fact has few values.
    """

    facts: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Measures checked against a firm.

    Args:
        asked: the measure asked about; None where it was asked what there is.
        assessments: one of the measure asked about, else one of each measure.
        whole: whether what is known is to be told without asking back.
        brief: whether the conditions have just been shown, so that the next question is enough.
        wants: what is to be said first: ``whom`` to see, or the ``next_step``; empty for the conditions.
        page: of the list of measures, from 0.
        changed: facts told anew in this turn, with what was told before.
    """

    firm: Firm
    asked: Measure | None
    assessments: tuple[Assessment, ...]
    inquiry: Inquiry
    whole: bool = False
    brief: bool = False
    wants: str = ""
    page: int = 0
    changed: tuple[Change, ...] = ()

    @property
    def asks_back(self) -> bool:
        """Whether the answer is a question to the firm."""
        return self.asked is not None and bool(self.inquiry.facts) and not self.whole

    @property
    def rows(self) -> tuple[Assessment, ...]:
        """Those with something to check by, most conditions met first, those ruled out last."""
        checked = [each for each in self.assessments if not each.is_silent]
        return tuple(sorted(checked, key=lambda each: (each.is_ruled_out, -each.count(Verdict.MET))))

    @property
    def silent(self) -> tuple[Assessment, ...]:
        """Those for which no document sets anything to check by."""
        return tuple(each for each in self.assessments if each.is_silent)


@dataclass(frozen=True, slots=True)
class Financing:
    """Channels compared for a firm and a need.

    Args:
        need: the name of the need, empty for any.
        open: channels that nothing rules out, those with most conditions met first.
        ruled_out: channels with a condition the firm does not meet.
        page: of the open channels, from 0.
    """

    firm: Firm
    need: str
    open: tuple[Assessment, ...]
    ruled_out: tuple[Assessment, ...]
    inquiry: Inquiry
    page: int = 0
    changed: tuple[Change, ...] = ()


def left_after(rows: int, page: int) -> int:
    """How many rows of a list come after a page of it."""
    return max(0, rows - (page + 1) * ROWS_A_PAGE)
