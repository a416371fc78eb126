"""``knowledge gaps``: what people asked for and did not get."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from bot.cli.asking import JsonOption
from bot.cli.failures import ExitCode
from bot.cli.library import day_of
from bot.cli.ready import ready, ready_assistant
from bot.cli.surroundings import out, settings, today, write_json
from bot.cli.words import say, wording
from stats_tools.office_time import office_day

if TYPE_CHECKING:
    from bot.gaps.gaps import Gap
    from bot.settings import Settings

ALSO_SHOWN = 3
"""Other wordings listed of a gap; the rest is counted."""
COMMENTS_SHOWN = 3


def gaps(
    since: Annotated[str, Option("--since", metavar="DATE", help=say("help_gaps_since"))] = "",
    as_json: JsonOption = False,
) -> int:
    """List refused and down-voted questions by what they are after, the most frequent first."""
    day = day_of("--since", since)
    begin = datetime.combine(day, time(), UTC) if day else datetime.min.replace(tzinfo=UTC)
    found = _found(ready(settings()), begin)
    if as_json:
        write_json({"gaps": [_record(gap) for gap in found]})
        return ExitCode.ANSWERED
    for number, gap in enumerate(found, 1):
        out("\n".join(_lines(number, gap)))
    out(say("gaps_listed", count=len(found)) if found else say("gaps_none"))
    return ExitCode.ANSWERED


def _found(loaded: Settings, begin: datetime) -> tuple[Gap, ...]:
    from bot.assistant.conversation import MemoryConversations
    from bot.assistant.types import Answer, Question
    from bot.database.feedback import Feedback
    from bot.database.refusals import DatabaseRefusals
    from bot.database.telegram_people import Traces
    from bot.gaps.gaps import gaps as gaps_of
    from bot.state import open_database_of, open_encoder, open_search

    database, search = open_database_of(loaded), open_search(loaded)
    # Whoever never runs the bot keeps its promise too: nothing stays for longer than the retention.
    Traces(database).forget_before(datetime.now(UTC) - timedelta(days=loaded.telegram_retention_days))
    assistant = ready_assistant(loaded, MemoryConversations(), rehearsing=True)

    def reply(question: str) -> Answer:
        return assistant.answer(Question(question, today()))

    refused, voted = DatabaseRefusals(database).since(begin), Feedback(database).complaints(begin)
    try:
        return gaps_of(refused, voted, open_encoder(loaded).query, search.search, reply)
    finally:
        database.close()


def _lines(number: int, gap: Gap) -> Iterator[str]:
    first, *others = gap.questions
    counts = [say("gap_refused", count=gap.reasons.total())] if gap.reasons else []
    counts += [say("gap_complaint", reason=reason, count=count) for reason, count in _named(gap)]
    facts = {"question": first.question, "count": gap.count, "counts": "，".join(counts)}
    yield say("gap", number=number, last=office_day(gap.last).isoformat(), **facts)
    if others:
        shown = "；".join(each.question for each in others[:ALSO_SHOWN])
        yield say("gap_also", questions=shown, count=len(others))
    for comment in [text for each in gap.questions for text in each.comments][:COMMENTS_SHOWN]:
        yield say("gap_comment", comment=comment)
    if gap.nearest:
        yield say("gap_nearest", title=gap.nearest.title, section=" › ".join(gap.nearest.section))
    yield say(f"gap_next_{_next(gap)}")


def _named(gap: Gap) -> list[tuple[str, int]]:
    return [(wording().say(f"feedback.{reason.value}"), count) for reason, count in gap.complaints.most_common()]


def _next(gap: Gap) -> str:
    """What would close it: nothing any more, a look at the answer, figures, or a document."""
    from bot.assistant.refusals import FIGURES

    if gap.answered_now:
        return "answered"
    if gap.complaints.total() > gap.reasons.total():
        return "review"
    return "figures" if gap.reasons.most_common(1)[0][0] == FIGURES else "document"


def _record(gap: Gap) -> dict[str, Any]:
    near = gap.nearest
    return {
        "questions": [
            {
                "question": each.question,
                "refused": each.reasons.total(),
                "complaints": {reason.value: count for reason, count in each.complaints.items()},
                "comments": each.comments,
                "last": each.last.isoformat(),
            }
            for each in gap.questions
        ],
        "count": gap.count,
        "reasons": dict(gap.reasons),
        "nearest": {"doc_id": near.doc_id, "section": list(near.section)} if near else None,
        "next": _next(gap),
    }
