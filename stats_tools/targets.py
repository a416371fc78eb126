"""The plan's targets as typed definitions: what is to be reached by when, in whose words, and how it is measured."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from stats_tools.definition_files import FOLDER, read_definition
from stats_tools.periods import Period

LevelCode = Literal["national", "provincial"]


class _Definition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CountClustersOver(_Definition):
    """How many clusters of a level exceed ``threshold`` (in ``unit``) in the due period."""

    kind: Literal["count_clusters_over"]
    indicator: str
    level: LevelCode
    threshold: Decimal
    unit: str


class IncreaseOverBaseline(_Definition):
    """By how much the sum over the clusters of a level exceeds the same sum in the baseline quarter."""

    kind: Literal["increase_over_baseline"]
    indicator: str
    level: LevelCode
    baseline: str

    @field_validator("baseline")
    @classmethod
    def _is_period(cls, value: str) -> str:
        return str(Period.parse(value))

    @property
    def baseline_period(self) -> Period:
        """The quarter the increase is counted from."""
        return Period.parse(self.baseline)


class CountRegistered(_Definition):
    """How many clusters of a level were announced by the due date."""

    kind: Literal["count_registered"]
    level: LevelCode


class NotMeasuredHere(_Definition):
    """The statistics do not hold what it takes to measure the target.

    Args:
        reason: what is missing, in Chinese.
        ask: a question that something else at hand answers; empty where nothing does.
    """

    kind: Literal["not_measured_here"]
    reason: str
    ask: str = ""


Measure = Annotated[
    CountClustersOver | IncreaseOverBaseline | CountRegistered | NotMeasuredHere, Field(discriminator="kind")
]


class Target(_Definition):
    """One target.

    Args:
        code: stable identifier.
        name: what it is called to people.
        quote: the words that set it, verbatim from the document.
        measure: how progress is measured.
        count: how many are to be reached; None where the document gives no number.
        unit: counting unit of ``count``; empty where there is none.
        approximate: whether the document says 左右 or 力争.
        aliases: words for it in a question; two targets may share one and are then both meant.
        note: what a reader must know about its wording, empty for nothing.
        doc_id: the document that sets it.
        due: last day of the target period.
    """

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)]
    name: str
    quote: str
    measure: Measure
    count: int | None = Field(default=None, gt=0)
    unit: str = ""
    approximate: bool = False
    aliases: tuple[str, ...] = ()
    note: str = ""
    doc_id: str
    due: date

    @property
    def due_period(self) -> Period:
        """The quarter in which the target period ends."""
        return Period.of(self.due)


class _TargetFile(_Definition):
    targets: tuple[Target, ...]

    @model_validator(mode="before")
    @classmethod
    def _inherit(cls, content: object) -> object:
        """Give every target the file's document and due date unless it names its own."""
        if not isinstance(content, dict):
            return content
        shared = {key: content[key] for key in ("doc_id", "due") if key in content}
        return {"targets": [{**shared, **target} for target in content.get("targets", [])]}


class Targets(tuple[Target, ...]):
    """All targets, in the order of the document."""

    __slots__ = ()

    @classmethod
    def load(cls, path: Path = FOLDER / "targets.yaml") -> Self:
        """Read the targets file; raises DefinitionError where it is wrong."""
        return cls(read_definition(path, _TargetFile).targets)
