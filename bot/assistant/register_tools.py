"""Questions about registers: the specialist that claims them, and the tool that answers them for their asker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.assistant.access import Principal
from bot.assistant.metric_tools import viewer_of
from bot.assistant.register_phrasing import RegisterWords
from bot.assistant.specialists import Memory, PartPlan
from bot.assistant.toolbox import Circumstances, Tool
from bot.assistant.types import Evidence, Outcome, Question, Status, ToolCall
from prompts import Wording
from stats_tools.metric_query import MetricQuery
from stats_tools.operations.observations import Viewer
from stats_tools.periods import Period
from stats_tools.registers.definitions import RegisterDefinition, Registers
from stats_tools.registers.desk import RegisterDesk
from stats_tools.registers.operations import answer
from stats_tools.registers.query import RegisterQuery, UnknownRegisterNameError
from stats_tools.registers.understanding import Readers, RegisterQuestionReader
from stats_tools.targets import NotMeasuredHere, Targets

TOOL = "query_register"
_MOST_NAMES = 40

Opens = Callable[[Viewer, date], RegisterDesk]
"""The registers as somebody may read them, on a day."""


class RegisterSpecialist:
    """Claims questions about what stands on a register.

    Args:
        reader: reads them.
        opens: the registers.
        targets: the targets of the plan, to tell which of them the quarterly report measures too.
    """

    name = "registers"

    def __init__(self, reader: RegisterQuestionReader, opens: Opens, targets: Targets) -> None:
        self._reader = reader
        self._opens = opens
        self._measured = frozenset(each.code for each in targets if not isinstance(each.measure, NotMeasuredHere))

    def plan(self, part: str, question: Question, memory: Memory) -> PartPlan | None:
        """One query; None where the part is not about a register."""
        stored = memory.state.get("query") if memory.is_latest else None
        previous = RegisterQuery.model_validate(stored) if stored else None
        query = self._reader.read(part, self._readers(question), previous)
        if query is None:
            return None
        kept = query.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return PartPlan((*self._beside(query), ToolCall(TOOL, kept)), state={"query": kept})

    def _readers(self, question: Question) -> Readers:
        desk = self._opens(Viewer(internal=True), question.today)

        def stands(code: str) -> tuple[Period | None, bool]:
            standing = desk.view(code).standing
            return standing.period, standing.sample

        return Readers(question.principal.sees_unpublished, stands, self._measured)

    def _beside(self, query: RegisterQuery) -> tuple[ToolCall, ...]:
        """The same target on the basis of the quarterly report, where that measures it too."""
        measured = tuple(code for code in query.targets if code in self._measured)
        if query.operation != "target" or not measured:
            return ()
        metric = MetricQuery(operation="target_progress", targets=measured)
        return (ToolCall("query_metric", metric.model_dump(mode="json", exclude_defaults=True)),)


@dataclass(frozen=True, slots=True)
class RegisterTools:
    """The tool over one set of registers.

    Args:
        opens: the registers as somebody may read them.
        targets: the targets of the plan.
        wording: the messages.
    """

    opens: Opens
    targets: Targets
    wording: Wording

    def query_register(self, query: RegisterQuery, circumstances: Circumstances) -> Outcome:
        """What a query asks for, as far as the asker may see it."""
        desk = self.opens(_viewer(circumstances.principal), circumstances.today)
        try:
            result = answer(desk, query, self.targets)
        except UnknownRegisterNameError as error:
            known = "、".join(error.known[:_MOST_NAMES])
            message = self.wording.say("register.unknown_name", name=error.name, known=known)
            return Outcome(status=Status.ERROR, message=message)
        words = RegisterWords(self.wording)
        evidence = (Evidence("figure", words.evidence(result)),)
        return Outcome(value=result, evidence=evidence, status=Status(result.ending))


def _viewer(principal: Principal) -> Viewer:
    """What a principal may read; cities are compared without 市."""
    viewer = viewer_of(principal)
    return Viewer(viewer.internal, frozenset(city.removesuffix("市") for city in viewer.cities))


def register_tools(registers: Registers, opens: Opens, targets: Targets, wording: Wording) -> list[Tool[RegisterQuery]]:
    """The tool for registers.

    Args:
        registers: the register files, for the tool's description.
        opens: the registers as somebody may read them.
        targets: the targets of the plan.
        wording: the messages.
    """
    tools = RegisterTools(opens, targets, wording)
    described = "；".join(_described(each, wording) for each in registers)
    description = wording.say("register.tool", registers=described)
    return [Tool(TOOL, description, RegisterQuery, tools.query_register)]


def _described(definition: RegisterDefinition, wording: Wording) -> str:
    columns = "，".join(
        wording.say(
            "register.tool_column",
            code=column.code,
            header=column.header,
            values="/".join(each.name for each in column.groups),
        )
        for column in definition.columns
        if column.groups
    )
    states = "，".join(f"{each.code}={each.name}" for each in definition.states)
    targets = "，".join(each.target for each in definition.targets)
    told = {"code": definition.code, "name": definition.name}
    return wording.say("register.tool_register", **told, columns=columns, states=states, targets=targets)
