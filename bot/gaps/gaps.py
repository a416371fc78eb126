"""Gaps: groups of questions that were refused, or whose answers did not satisfy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.assistant.feedback import Complaint
from bot.assistant.types import Answer, Status
from bot.database.feedback import KeptVote
from bot.database.refusals import KeptRefusal
from bot.gaps.grouping import Embed, GroupingRules, grouping_rules, groups
from knowledge.folding import fold
from retrieval.types import Passage


@dataclass(slots=True)
class Unsatisfied:
    """One question, however often it was asked.

    Args:
        question: as asked last.
        reasons: of the refusals.
        complaints: about its answers; those without a reason count as ``other``.
        comments: what people wrote about them.
        last: when it was last refused or complained about.
    """

    question: str
    last: datetime
    reasons: Counter[str] = field(default_factory=Counter)
    complaints: Counter[Complaint] = field(default_factory=Counter)
    comments: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How often it went unsatisfied."""
        return self.reasons.total() + self.complaints.total()


@dataclass(frozen=True, slots=True)
class Nearest:
    """The clause that comes closest to a question."""

    doc_id: str
    title: str
    section: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions after the same thing, the most frequent first.

    Args:
        questions: at least one.
        nearest: what comes closest to the first one today: what its answer cites, or what a search finds; None where
            neither does.
        answered_now: whether the first question, refused then, is answered today.
    """

    questions: tuple[Unsatisfied, ...]
    nearest: Nearest | None
    answered_now: bool

    @property
    def count(self) -> int:
        """How often one of them went unsatisfied."""
        return sum(each.count for each in self.questions)

    @property
    def reasons(self) -> Counter[str]:
        """Reasons of all refusals."""
        return sum((each.reasons for each in self.questions), Counter())

    @property
    def complaints(self) -> Counter[Complaint]:
        """All complaints."""
        return sum((each.complaints for each in self.questions), Counter())

    @property
    def last(self) -> datetime:
        """When one of them last went unsatisfied."""
        return max(each.last for each in self.questions)


def gaps(
    refusals: Iterable[KeptRefusal],
    complaints: Iterable[KeptVote],
    embed: Embed,
    search: Callable[[str], Sequence[Passage]],
    reply: Callable[[str], Answer],
    rules: GroupingRules | None = None,
) -> tuple[Gap, ...]:
    """The gaps, the most frequent first.

    Args:
        refusals: questions that were refused.
        complaints: votes against answers.
        embed: a question to its vector.
        search: passages for a question, best first.
        reply: the answer a question gets today.
        rules: how alike questions of a gap have to be; those shipped where left out.
    """
    rules = rules or grouping_rules()
    asked = sorted(_asked(refusals, complaints).values(), key=lambda each: each.last)[-rules.most :]
    found = groups([each.question for each in asked], embed, rules)
    sorted_groups = (
        sorted((asked[n] for n in group), key=lambda each: (-each.count, each.question)) for group in found
    )
    made = [_gap(tuple(group), search, reply) for group in sorted_groups]
    return tuple(sorted(made, key=lambda gap: (-gap.count, gap.questions[0].question)))


def _asked(refusals: Iterable[KeptRefusal], complaints: Iterable[KeptVote]) -> dict[str, Unsatisfied]:
    """Questions that read the same but for their spelling, as one."""
    asked: dict[str, Unsatisfied] = {}

    def entry(question: str, at: datetime) -> Unsatisfied:
        one = asked.setdefault(fold(question).rstrip("?。!. "), Unsatisfied(question, at))
        if at >= one.last:
            one.question, one.last = question, at
        return one

    for kept in refusals:
        entry(kept.refused.question, kept.at).reasons[kept.refused.reason] += 1
    for given in complaints:
        one = entry(given.vote.question, given.at)
        one.complaints[given.vote.reason or Complaint.OTHER] += 1
        if given.vote.comment:
            one.comments.append(given.vote.comment)
    return asked


def _gap(
    questions: tuple[Unsatisfied, ...], search: Callable[[str], Sequence[Passage]], reply: Callable[[str], Answer]
) -> Gap:
    first = questions[0]
    answer = reply(first.question)
    answered = not first.complaints and answer.status is Status.ANSWERED
    return Gap(questions, _cited(answer) or _found(search(first.question)), answered)


def _cited(answer: Answer) -> Nearest | None:
    return next((Nearest(each.doc_id, each.title, each.section) for each in answer.citations), None)


def _found(passages: Sequence[Passage]) -> Nearest | None:
    return next((Nearest(p.document.doc_id, p.document.title, p.clause.path) for p in passages if p.clause.path), None)
