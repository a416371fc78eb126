"""The synthetic sample of the registers: read from a file through the same door as any workbook."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, func, select

from stats_tools.database import Database
from stats_tools.definition_files import FOLDER, DefinitionError, read_definition
from stats_tools.importing.grid import CellValue, Grid
from stats_tools.importing.issues import Severity
from stats_tools.periods import Period
from stats_tools.registers.applying import record_sample
from stats_tools.registers.definitions import RegisterDefinition
from stats_tools.registers.reading import read_grids
from stats_tools.registers.reference import RegisterReference
from stats_tools.schema import ImportRow, RegisterFilingRow
from stats_tools.versions import SAMPLE

_UPLOADER = "policybot"
_DAY = date(2022, 1, 1)
"""The sample is read as on this day, so that its quarters are no future ones."""


class _Definition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SampleRegister(_Definition):
    """The invented rows of one register: codes of its columns, cells, and what was different the quarter before."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    before: Mapping[str, Mapping[str, str] | None] = Field(default_factory=dict)


class RegisterSample(_Definition):
    """The whole sample."""

    file_name: str
    quarter: str
    quarter_before: str
    registers: Mapping[str, SampleRegister]

    def grids(self, reference: RegisterReference) -> Iterator[Grid]:
        """A sheet a register and quarter, the earlier quarter first."""
        for code, sample in self.registers.items():
            definition = reference.registers.register(code)
            for quarter, earlier in ((self.quarter_before, True), (self.quarter, False)):
                title = reference.layout.period_title.format(register=definition.name, period=Period.parse(quarter))
                headers: list[CellValue] = [definition.column(code).heading for code in sample.columns]
                rows = _rows(definition, sample, earlier=earlier)
                yield Grid(f"{definition.name} {quarter}", [[title], headers, *rows])


def _rows(definition: RegisterDefinition, sample: SampleRegister, *, earlier: bool) -> Iterator[list[CellValue]]:
    label = sample.columns.index(definition.label)
    for row in sample.rows:
        different = sample.before.get(row[label], {}) if earlier else {}
        if different is not None:
            cells = dict(zip(sample.columns, row, strict=True)) | dict(different)
            yield [*cells.values()]


def load_register_sample(
    database: Database, reference: RegisterReference, at: datetime, path: Path = FOLDER / "register_sample.yaml"
) -> bool:
    """Put the sample into a database in which nothing but samples was ever imported; True where that was the case.

    Args:
        database: upgraded and registered.
        reference: what the sample is read against.
        at: the moment it is recorded at, with time zone.
        path: the sample.

    Raises:
        DefinitionError: the file is wrong, or does not read as the registers it names.
    """
    with database.reading() as connection:
        if not _wants_sample(connection):
            return False
    sample = read_definition(path, RegisterSample)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    reading = read_grids(sample.file_name, digest, list(sample.grids(reference)), reference, _DAY)
    if reading.issues.blocked:
        raise DefinitionError(f"{path.name}: {reading.issues.of(Severity.ERROR)[0]}")
    with database.writing(exclusive=True) as connection:
        if not _wants_sample(connection):
            return False
        record_sample(connection, reading, _UPLOADER, at)
    return True


def _wants_sample(connection: Connection) -> bool:
    filed = connection.execute(select(func.count()).select_from(RegisterFilingRow)).scalar_one()
    reported = select(func.count()).select_from(ImportRow).where(ImportRow.observation_status != SAMPLE)
    return not filed and not connection.execute(reported).scalar_one()
