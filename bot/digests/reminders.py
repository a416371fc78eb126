"""Reminders of duties: what is due when, who has not reported, and on what it rests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.assistant.access import Principal
from bot.assistant.policy.standing_words import spoken
from bot.assistant.types import Block, Paragraph
from bot.digests.duties import Duty, DutyCalendar
from bot.digests.types import Digest, DigestKind, DigestRequest, DigestScopeError
from knowledge.types import Library
from prompts import Wording
from stats_tools.operations.reporting import Coverage, coverage, expected_to_report
from stats_tools.operations.sources import Sources
from stats_tools.periods import Basis, Period
from stats_tools.registry import Registry

_CITY = "city:"


class ReminderComposer:
    """Writes reminders.

    Args:
        opens: what somebody may read.
    """

    def __init__(
        self,
        calendar: DutyCalendar,
        registry: Registry,
        opens: Callable[[Principal], Sources],
        library: Library,
        wording: Wording,
    ) -> None:
        self._calendar = calendar
        self._registry = registry
        self._opens = opens
        self._library = library
        self._wording = wording

    def scope(self, _kind: DigestKind, words: str, /) -> str:
        """All duties, one by its name, or the clusters of one city."""
        if not words:
            return ""
        duties = self._calendar.chosen(words)
        if duties:
            return duties[0].name
        for city in self._registry.dimensions.cities:
            if words in (city.name, *city.aliases):
                return f"{_CITY}{city.name}"
        names = "、".join(duty.name for duty in self._calendar.duties)
        raise DigestScopeError(self._say("reminder_scope", words=words, names=names))

    def called(self, scope: str, /) -> str:
        """The duty, or the city."""
        return scope.removeprefix(_CITY)

    def compose(self, request: DigestRequest) -> Digest:
        """The duties whose deadline is near or has passed."""
        city = request.scope.removeprefix(_CITY) if request.scope.startswith(_CITY) else ""
        duties = self._calendar.chosen("" if city else request.scope)
        if not duties:
            names = "、".join(duty.name for duty in self._calendar.duties)
            raise DigestScopeError(self._say("reminder_scope", words=request.scope, names=names))
        sources = self._opens(request.principal)
        told = [(duty, duty.latest(request.on)) for duty in duties]
        blocks: list[Block] = []
        state: dict[str, object] = {}
        for duty, last in told:
            held = self._coverage(sources, last, city) if duty.counts_reports else None
            blocks.append(Paragraph(self._duty(duty, last, held, request.on)))
            state[duty.id] = [str(last), sorted(each.code for each in held.missing) if held else []]
        blocks.append(Paragraph(self._say("reminder_days_are_ours")))
        title = self._say("reminder_title", whom=city or self._say("whole_province"), day=spoken(request.on))
        basis = tuple(Paragraph(self._basis(duty)) for duty in duties)
        unchanged = dict(request.previous) == state
        return Digest(title, tuple(blocks), basis, data_as_of=request.on, is_unchanged=unchanged, state=state)

    def _duty(self, duty: Duty, last: Period, held: Coverage | None, on: date) -> str:
        deadline = duty.deadline(last)
        left = (deadline - on).days
        standing = "ahead" if left > 0 else "today" if left == 0 else "overdue"
        days = {} if left == 0 else {"days": abs(left)}
        when = self._say(f"reminder_{standing}", **days)
        facts = {"name": duty.name, "period": _period(duty, last), "deadline": spoken(deadline)}
        lines = [
            self._say("reminder_duty", **facts, when=when),
            self._say("reminder_what", what=duty.what),
        ]
        if held is not None:
            lines.append(self._reported(held))
        return "\n".join(lines)

    def _reported(self, held: Coverage) -> str:
        if not held.expected:
            return self._say("reminder_nobody")
        counts = {"reported": held.reported, "total": len(held.expected)}
        sample = self._say("sample_note") if held.sample else ""
        if not held.missing:
            return self._say("reminder_complete", **counts) + sample
        names = "、".join(cluster.short_name for cluster in held.missing)
        return self._say("reminder_missing", **counts, names=names) + sample

    def _basis(self, duty: Duty) -> str:
        document = self._library.document(duty.basis.document)
        title = document.title if document else duty.basis.document
        facts = {"name": duty.name, "title": title, "clause": duty.basis.clause, "quote": duty.basis.quote}
        return self._say("reminder_basis", **facts)

    @staticmethod
    def _coverage(sources: Sources, last: Period, city: str) -> Coverage:
        expected = expected_to_report(sources)
        return coverage(sources, [each for each in expected if not city or each.city == city], last)

    def _say(self, key: str, **variables: object) -> str:
        return self._wording.say(f"digests.{key}", **variables)


def _period(duty: Duty, last: Period) -> str:
    """The period of a duty as officials write it."""
    if duty.quarters == 2 and last.quarter == 4:
        return f"{last.year}年下半年"
    return last.label(Basis.QUARTER if duty.quarters == 1 else Basis.YTD).removesuffix("（单季）")
