"""An invented province to report on: the rows are known, so that every expected figure can be computed from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from bot.digests.duties import DutyCalendar
from bot.reports.evaluation import EvaluationReport
from bot.reports.halfyear import HalfYearReport
from knowledge.catalogue import FolderLibrary
from prompts import Wording
from stats_tools.database import Database
from stats_tools.operations.observations import Viewer
from stats_tools.operations.sources import Definitions, Sources
from stats_tools.queries import ObservationReader
from stats_tools.registers.desk import RegisterDesk
from stats_tools.registers.reference import RegisterReference
from stats_tools.registers.store import open_desk
from tests.stats_tools.questions.asking import filed, opened
from tests.stats_tools.questions.figures import Rows, rows

CALENDAR = DutyCalendar.load()
TODAY = date(2022, 3, 1)
INSIDE = Viewer(internal=True)


@dataclass(frozen=True)
class Office:
    """Where reports are made over one database."""

    database: Database
    definitions: Definitions
    wording: Wording
    folder: Path

    def opens(self, viewer: Viewer) -> ObservationReader:
        return ObservationReader(self.database, viewer)

    def sources(self, viewer: Viewer = INSIDE) -> Sources:
        return Sources(self.definitions, self.opens(viewer))

    @property
    def halfyear(self) -> HalfYearReport:
        library = FolderLibrary(added=self.folder / "documents")
        charts = self.folder / "charts"
        return HalfYearReport(
            self.definitions, self.opens, library, self.wording, self.registers, charts, CALENDAR.reports_due
        )

    def registers(self, viewer: Viewer, today: date) -> RegisterDesk:
        known = RegisterReference.load().registers
        return open_desk(self.database, known, self.definitions.registry, today, viewer)

    @property
    def evaluation(self) -> EvaluationReport:
        return EvaluationReport(self.definitions, self.opens, self.wording)


OfficeOf = Callable[..., Office]


@pytest.fixture
def held() -> Rows:
    return rows()


@pytest.fixture
def office_of(tmp_path: Path) -> Iterator[OfficeOf]:
    """Makes an office over the rows of one test; each further set of rows is filed as another report."""
    made: list[Database] = []

    def make(*reports: Rows, status: str = "published", name: str = "province.xlsx") -> Office:
        database = opened()
        made.append(database)
        for each in reports:
            filed(database, each, status=status, name=name)
        return Office(database, Definitions.load(), Wording.load(), tmp_path)

    yield make
    for database in made:
        database.close()
