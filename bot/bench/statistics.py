"""Answering questions about figures over provinces of two sizes: how long it takes, and how many figures it reads."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median

from typing_extensions import override

from bot.assistant.composer import ExtractiveComposer
from bot.assistant.conversation import MemoryConversations
from bot.assistant.engine import Assistant, RuleEngine
from bot.assistant.grounding import Grounding
from bot.assistant.message_parts import MessageRules
from bot.assistant.metric_phrasing import metric_phrasers
from bot.assistant.metric_tools import metric_tools
from bot.assistant.planner import RulePlanner
from bot.assistant.toolbox import Toolbox
from bot.assistant.types import Question, Status
from bot.bench.answers import Reply, read_questions
from bot.bench.enlarged import PREFIX, enlarged_reference
from bot.bench.large_province import fill
from bot.bench.measured import Measured, percentile, seconds
from knowledge.catalogue import FolderLibrary
from prompts import Wording
from stats_tools.database import Database, open_database
from stats_tools.operations.observations import Observation, Viewer
from stats_tools.operations.sources import Definitions
from stats_tools.periods import Period
from stats_tools.queries import ObservationReader
from stats_tools.understanding.entities import EntityReader
from stats_tools.understanding.reader import MetricReader

QUESTIONS = Path(__file__).with_name("figure_questions.yaml")
SIZES = (100, 1000)
"""Clusters, the shipped ones included."""
QUARTERS = 40
INDICATORS = 20
ROUNDS = 3
MOST_MS = 15.0
"""The median answer over the largest province takes at most so many milliseconds."""


@dataclass(slots=True)
class Tally:
    """How many figures were read from the database."""

    rows: int = 0


class _TallyingReader(ObservationReader):
    def __init__(self, database: Database, tally: Tally, viewer: Viewer | None = None) -> None:
        super().__init__(database, viewer)
        self._tally = tally

    @override
    def read(
        self, indicators: Collection[str], clusters: Collection[str], periods: Collection[Period]
    ) -> Sequence[Observation]:
        found = super().read(indicators, clusters, periods)
        self._tally.rows += len(found)
        return found


@dataclass(frozen=True, slots=True)
class _Asked:
    kind: str
    text: str
    ms: float
    rows: int
    answered: bool


def statistics_speed(wording: Wording) -> Iterator[Measured]:
    """Times of the whole metric path without charts, and that they grow no faster than the figures read."""
    found = [_measured(wording, clusters) for clusters in SIZES]
    for clusters, asked in zip(SIZES, found, strict=True):
        name, largest = f"statistics.{clusters}", clusters == SIZES[-1]
        times = [each.ms for each in asked]
        yield Measured(f"{name}.answered", sum(each.answered for each in asked) / len(asked), "")
        yield Measured(f"{name}.median", median(times), "ms", MOST_MS if largest else None)
        yield Measured(f"{name}.p95", percentile(times, 0.95), "ms")
        yield Measured(f"{name}.rows", sum(each.rows for each in asked), "")
        yield Measured(f"{name}.total", sum(times), "ms")
    for kind in dict.fromkeys(each.kind for each in found[-1]):
        yield Measured(f"statistics.{kind}", median(each.ms for each in found[-1] if each.kind == kind), "ms")
    for small, large in pairwise(found):
        rows = sum(each.rows for each in large) / sum(each.rows for each in small)
        yield Measured("statistics.growth.rows", rows, "x")
        yield Measured("statistics.growth.time", sum(e.ms for e in large) / sum(e.ms for e in small), "x", rows)


def _measured(wording: Wording, clusters: int) -> list[_Asked]:
    shipped = Definitions.load()
    reference = enlarged_reference(clusters - len(shipped.registry.clusters), INDICATORS)
    definitions = replace(shipped, registry=reference.registry, catalogue=reference.catalogue)
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'large.sqlite3'}")
        try:
            today = date(fill(database, definitions, QUARTERS).year + 1, 3, 1)
            tally = Tally()
            reply = _assistant(database, definitions, wording, tally, Path(folder)).answer
            # As every command does once its assistant is there.
            gc.freeze()
            return [_asked(reply, Question(text, today), kind, tally) for kind, text in _questions(definitions)]
        finally:
            database.close()


def _questions(definitions: Definitions) -> Iterator[tuple[str, str]]:
    invented = [each for each in definitions.registry.clusters if each.code.startswith(PREFIX)]
    first, second = invented[len(invented) // 3], invented[len(invented) // 2]
    for kind, texts in read_questions(QUESTIONS).items():
        for text in texts:
            yield kind, text.format(a=first.short_name, b=second.short_name, city=first.city)


def _asked(reply: Reply, question: Question, kind: str, tally: Tally) -> _Asked:
    before = tally.rows
    answer = reply(question)
    rows = tally.rows - before
    ms = median(seconds(partial(reply, question)) for _ in range(ROUNDS)) * 1000
    return _Asked(kind, question.text, ms, rows, answer.status is Status.ANSWERED)


def _assistant(database: Database, definitions: Definitions, wording: Wording, tally: Tally, folder: Path) -> Assistant:
    def opens(viewer: Viewer) -> ObservationReader:
        return _TallyingReader(database, tally, viewer)

    reader = MetricReader(
        definitions.catalogue,
        EntityReader(definitions.registry),
        definitions.targets,
        definitions.units,
        lambda: ObservationReader(database).reporting(),
    )
    planner = RulePlanner(reader, lambda _: ObservationReader(database).latest(), MessageRules.load(), wording)
    toolbox = Toolbox(metric_tools(definitions, opens, wording), wording)
    composer = ExtractiveComposer(FolderLibrary(added=folder / "documents"), metric_phrasers(wording), wording)
    return Assistant(RuleEngine(planner, toolbox, composer), MemoryConversations(), Grounding(wording), wording)
