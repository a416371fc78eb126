"""Asking the product: a database with the invented province, and a question through reader, tool and phraser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from bot.assistant.access import Principal
from bot.assistant.composer import ExtractiveComposer
from bot.assistant.grounding import Grounding
from bot.assistant.metric_phrasing import metric_phrasers, problem_message
from bot.assistant.metric_tools import metric_tools
from bot.assistant.rendering import plain_text
from bot.assistant.toolbox import Circumstances, Toolbox
from bot.assistant.types import Draft, Question, Status, ToolCall
from knowledge.catalogue import FolderLibrary
from prompts import Wording
from stats_tools.database import Database, open_database
from stats_tools.metric_query import MetricQuery
from stats_tools.observation_table import Observation
from stats_tools.operations.sources import Definitions
from stats_tools.periods import Period
from stats_tools.queries import ObservationReader
from stats_tools.recording import Filing, against_current, record
from stats_tools.registration import register
from stats_tools.types import Figure
from stats_tools.understanding.entities import EntityReader
from stats_tools.understanding.reader import MetricReader, Reading
from tests.stats_tools.questions.figures import Rows
from tests.stats_tools.questions.oracle import Expected, Row

TODAY = date(2022, 3, 1)
NOON = datetime(2022, 2, 1, 12, tzinfo=UTC)


def filed(
    database: Database, held: Rows, *, status: str = "published", name: str = "province.xlsx", at: datetime = NOON
) -> None:
    """Record the rows as one report."""
    definitions = Definitions.load()
    register(database, definitions.registry, definitions.catalogue, definitions.targets)
    observations = [
        Observation(c, i, Period(y, q), Decimal(v.numerator) / Decimal(v.denominator), cell="C3")
        for (c, i, y, q), v in held.items()
    ]
    with database.writing(exclusive=True) as connection:
        filing = Filing(name, "0" * 64, "季报", "王统计", status)
        record(connection, filing, against_current(connection, observations, status), at)


def opened() -> Database:
    """An empty, registered database in memory."""
    database = open_database("sqlite://")
    database.upgrade()
    return database


@dataclass(frozen=True)
class Reply:
    """What came back."""

    reading: Reading
    status: Status
    text: str
    draft: Draft

    @property
    def figures(self) -> tuple[Figure, ...]:
        return self.draft.figures


class Desk:
    """Somebody who can be asked; keeps the last query for follow-ups."""

    def __init__(self, database: Database, tmp: Path, principal: Principal | None = None) -> None:
        definitions, self.wording = Definitions.load(), Wording.load()
        self.principal = principal or Principal()
        self.database = database
        self.reader = MetricReader(
            definitions.catalogue,
            EntityReader(definitions.registry),
            definitions.targets,
            definitions.units,
            lambda: ObservationReader(database).reporting(),
        )
        self.toolbox = Toolbox(
            metric_tools(definitions, lambda v: ObservationReader(database, v), self.wording), self.wording
        )
        self.composer = ExtractiveComposer(FolderLibrary(added=tmp), metric_phrasers(self.wording), self.wording)
        self.grounding = Grounding(self.wording)
        self.previous: MetricQuery | None = None

    def ask(self, text: str, *, follow: bool = False) -> Reply:
        question = Question(text, TODAY, self.principal)
        reading = self.reader.read(
            text,
            previous=self.previous if follow else None,
            latest=ObservationReader(self.database).latest(),
            today=TODAY,
        )
        if reading.queries or reading.partial:
            self.previous = reading.queries[-1] if reading.queries else reading.partial
        circumstances = Circumstances(self.principal, TODAY)
        calls = [ToolCall("query_metric", q.model_dump(mode="json", exclude_defaults=True)) for q in reading.queries]
        results = [self.toolbox.run(call, circumstances) for call in calls]
        if not results:
            problem = problem_message(reading.problem, self.wording) if reading.problem else None
            status = problem.status if problem else Status.NOT_FOUND
            return Reply(reading, status, problem.message if problem else "", Draft(status, ()))
        composed = self.composer.compose(question, results)
        draft = self.grounding.verify(composed, results, question)
        assert draft.blocks == composed.blocks, f"grounding removed a statement of {text}"
        return Reply(reading, draft.status, plain_text(draft.blocks), draft)


def faults(reply: Reply, wanted: Expected) -> list[str]:
    """In what the reply differs from the expected answer; empty where it is exact."""
    if reply.status.value not in wanted.status:
        return [f"status {reply.status.value}, expected {wanted.status}: {reply.text[:80]}"]
    if reply.status is not Status.ANSWERED:
        return [] if not reply.figures else ["figures beside a refusal"]
    told = [f"lacks {word}" for word in wanted.words if word not in reply.text]
    told += [f"{row.value} not in the text" for row in wanted.rows if row.value not in reply.text]
    if not wanted.rows:
        return told
    found = [_row(figure) for figure in reply.figures if not _is_companion(figure, reply, wanted)]
    rows = list(wanted.rows)
    same = len(found) == len(rows) and all(
        any(_same(row, other) for other in ([found[index]] if wanted.ordered else found))
        for index, row in enumerate(rows)
    )
    return told if same else [*told, f"figures {found}, expected {rows}"]


def _is_companion(figure: Figure, reply: Reply, wanted: Expected) -> bool:
    """A single quarter told beside the cumulative figure, where N季度 left open which was meant."""
    expected = any(_same(row, _row(figure)) for row in wanted.rows)
    twins = [
        f
        for f in reply.figures
        if (f.indicator, f.cluster, f.period) == (figure.indicator, figure.cluster, figure.period)
    ]
    return not expected and figure.basis.value == "quarter" and len(twins) > 1


def _row(figure: Figure) -> Row:
    places = Decimal("0.0001") if "/" in figure.unit and "_to_" in figure.indicator else Decimal("0.01")
    value = figure.value.quantize(places, ROUND_HALF_UP)
    text = f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    return Row(figure.indicator, figure.cluster_name, str(figure.period), "0" if text == "-0" else text)


def _same(expected: Row, found: Row) -> bool:
    named = not expected.cluster or expected.cluster == found.cluster
    return named and (expected.code, expected.period, expected.value) == (found.code, found.period, found.value)


DeskOf = Callable[[Rows], Desk]
"""Makes a desk over some rows."""
