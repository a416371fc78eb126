"""One question about a register, typed: what an engine asks for and what it gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

from stats_tools.operations.results import Clause, Finding, Grid
from stats_tools.periods import Period
from stats_tools.registers.definitions import Condition, RegisterDefinition
from stats_tools.registers.desk import View
from stats_tools.types import Figure

Operation = Literal["count", "list", "find", "breakdown", "progress", "target"]


class RegisterQuery(BaseModel):
    """What to ask of a register; codes are those of the register files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    register_code: str = Field(description="登记册代码，如 projects", max_length=40, alias="register")
    operation: Operation = Field(
        default="count",
        description="count 计数，list 列出明细，find 查一家企业或一个项目，breakdown 分组计数，progress 按季度变化，"
        "target 对照规划目标",
    )
    clusters: tuple[str, ...] = Field(default=(), description="集群代码，空为全部", max_length=40)
    cities: tuple[str, ...] = Field(default=(), description="设区市，不带“市”字，空为全部", max_length=20)
    groups: Mapping[str, tuple[str, ...]] = Field(default_factory=dict, description="列代码到取值，如 stage: [储备]")
    states: tuple[str, ...] = Field(default=(), description="状态代码，如 open", max_length=5)
    by: tuple[str, ...] = Field(default=(), description="breakdown 按哪些列分组，如 cluster、stage", max_length=2)
    targets: tuple[str, ...] = Field(
        default=(), description="target 的目标代码，空为这本登记册的全部目标", max_length=10
    )
    name: str = Field(default="", description="find 要查的企业或项目名称", max_length=200)
    period: str = Field(default="", description="季度，如 2021Q2，空为最近填报的季度", max_length=6)

    @field_validator("period")
    @classmethod
    def _is_quarter(cls, value: str) -> str:
        return str(Period.parse(value)) if value else ""

    @property
    def quarter(self) -> Period | None:
        """The quarter asked for; None for the newest."""
        return Period.parse(self.period) if self.period else None

    def varied(self, **changes: object) -> Self:
        """The same query with some fields changed."""
        return self.model_validate({**self.model_dump(by_alias=True), **changes})

    def conditions(self, definition: RegisterDefinition) -> tuple[Condition, ...]:
        """What a row must be like, clusters and cities aside."""
        chosen = tuple(Condition(column=code, among=values) for code, values in self.groups.items())
        return chosen + tuple(condition for code in self.states for condition in definition.state(code).where)


class UnknownRegisterNameError(ValueError):
    """A query names a register, column, value, state or cluster that there is not; ``known`` are those there are."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name = name
        self.known = known


@dataclass(frozen=True, slots=True)
class Stack:
    """A stacked chart to be: a bar a row, its parts in the order of ``parts``; whole numbers of ``unit``."""

    unit: str
    parts: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class RegisterResult:
    """The answer to one query.

    Args:
        query: as asked.
        definition: of the register.
        ending: how the answer ends: ``answered``, ``not_found`` or ``denied``.
        findings: sentences, the direct answer first.
        grid: rows behind it.
        remarks: what the answer rests on, below it.
        figures: every number of the answer that is data.
        clauses: words of the plan behind a target.
        stack: a chart, where rows are divided so.
        view: what was read, for an export of the rows that may be seen; None where nothing was.
        sample: whether the rows are synthetic.
        suggestions: questions that can be answered instead or next.
    """

    query: RegisterQuery
    definition: RegisterDefinition
    ending: Literal["answered", "not_found", "denied"]
    findings: tuple[Finding, ...]
    grid: Grid | None = None
    remarks: tuple[Finding, ...] = ()
    figures: tuple[Figure, ...] = ()
    clauses: tuple[Clause, ...] = ()
    stack: Stack | None = None
    view: View | None = None
    sample: bool = False
    suggestions: tuple[Finding, ...] = ()
