"""What explains the calls of each tool: figures with formula, observations and SQL; registers; clauses; all others."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from bot.assistant.composer import Composer
from bot.assistant.explaining import Explainer, Part
from bot.assistant.finding_words import FindingWords
from bot.assistant.metric_phrasing import MetricWords
from bot.assistant.metric_tools import viewer_of
from bot.assistant.policy.findings import PolicyFinding, Reason
from bot.assistant.toolbox import Circumstances, Toolbox
from bot.assistant.types import Block, Code, Paragraph, Question, Status, Table, ToolCall
from prompts import Wording
from stats_tools.metric_query import MetricQuery
from stats_tools.operations.explaining import MetricExplanation, explain_query
from stats_tools.operations.observations import Observations, Statement, Told, Viewer
from stats_tools.operations.run import UnitMismatchError, UnknownNameError
from stats_tools.operations.sources import Definitions
from stats_tools.periods import Basis, Period
from stats_tools.registers.definitions import Registers
from stats_tools.registers.query import RegisterQuery

_MOST_VALUES = 8
"""Values of a list parameter written out."""

OpensTold = Callable[[Viewer, Told], Observations]
"""The observations as somebody may read them, telling every statement that is run."""


@dataclass(frozen=True, slots=True)
class MetricExplainer:
    """Explains ``query_metric``: the query is run once more, with the asker's own permission.

    Args:
        definitions: the definition files.
        opens: the observations.
        wording: the messages.
    """

    definitions: Definitions
    opens: OpensTold
    wording: Wording

    def explain(self, call: ToolCall, circumstances: Circumstances) -> Part:
        """The query in words, the formulas, the observations, the SQL."""
        try:
            query = MetricQuery.model_validate(dict(call.arguments))
            viewer = viewer_of(circumstances.principal, query)
            explained = explain_query(
                query, self.definitions, lambda told: self.opens(viewer, told), circumstances.today
            )
        except (ValidationError, UnknownNameError, UnitMismatchError) as error:
            return Part(call, (Paragraph(self.wording.say("explain.failed_call", message=str(error))),))
        return Part(call, tuple(self._blocks(explained)), explained.figures, explained)

    def _blocks(self, explained: MetricExplanation) -> Sequence[Block]:
        words, say = FindingWords(self.wording, "explain"), self.wording.say
        asked = "；".join(words.say(finding) for finding in explained.asked)
        formulas = "\n".join(words.say(finding) for finding in explained.formulas)
        assumed = [MetricWords(self.wording).assumption(each) for each in explained.result.assumptions]
        blocks: list[Block] = [
            Paragraph("\n".join((say("explain.query", asked=asked), *assumed))),
            Paragraph(say("explain.formulas", formulas=formulas)),
        ]
        if not explained.result.found:
            reason = "".join(MetricWords(self.wording).say(each) for each in explained.result.findings)
            blocks.append(Paragraph(say("explain.failed_call", message=reason)))
        blocks.append(self._observations(words, explained))
        if explained.observations:
            mark = [say("explain.sample_mark")] if explained.result.sample else []
            blocks.append(Paragraph("\n".join((*mark, say("explain.next_step")))))
        heading = say("explain.sql_heading", count=len(explained.statements))
        return [*blocks, Code("\n".join(self._statement(each) for each in explained.statements), heading)]

    def _observations(self, words: FindingWords, explained: MetricExplanation) -> Block:
        count, shown = len(explained.observations), len(explained.table.rows)
        if not count:
            return Paragraph(self.wording.say("explain.no_observations"))
        if shown < count:
            caption = self.wording.say("explain.observations_first", count=count, shown=shown)
        else:
            caption = self.wording.say("explain.observations", count=count)
        table = words.table(explained.table)
        return Table(table.headers, table.rows, caption)

    def _statement(self, statement: Statement) -> str:
        parameters = (
            self.wording.say("explain.parameter", name=name, value=self._value(name, value))
            for name, value in statement.parameters.items()
        )
        return "\n".join((f"{statement.sql};", *parameters))

    def _value(self, name: str, value: object) -> str:
        if name == "periods" and isinstance(value, list):
            # The number under which a quarter is stored says nothing to a person.
            value = [f"{index} ({Period.from_index(index)})" for index in value]
        if not isinstance(value, list | tuple):
            return str(value)
        values = ", ".join(map(str, value[:_MOST_VALUES]))
        if len(value) <= _MOST_VALUES:
            return values
        return self.wording.say("explain.parameter_more", values=values, count=len(value))


@dataclass(frozen=True, slots=True)
class ToolExplainers:
    """Explains the calls of the other tools by what they come to for the asker.

    Args:
        toolbox: runs them; decides access.
        composer: puts results into words.
        registers: the register files.
        definitions: what clusters are called.
        wording: the messages.
    """

    toolbox: Toolbox
    composer: Composer
    registers: Registers
    definitions: Definitions
    wording: Wording

    def policy(self, call: ToolCall, circumstances: Circumstances) -> Part:
        """Which clauses were read, and why they answer the question or do not."""
        result = self.toolbox.run(call, circumstances)
        question = str(call.arguments.get("question", ""))
        draft = self.composer.compose(Question(question, circumstances.today, circumstances.principal), (result,))
        say = self.wording.say
        lines = [say("explain.policy_query", question=question)]
        sections = dict.fromkeys(
            say(
                "explain.policy_clause",
                title=each.title,
                section=" › ".join(part.rstrip("。") for part in each.section),
            )
            for each in draft.citations
        )
        if sections:
            lines.append(say("explain.policy_read", clauses="；".join(sections)))
        if draft.status is Status.ANSWERED:
            lines.append(say("explain.policy_answered"))
        else:
            lines.append(say("explain.policy_refused", reason=self._reason(result.outcome.value)))
        return Part(call, tuple(map(Paragraph, lines)))

    def _reason(self, value: object) -> str:
        reason: Reason | None = value.reason if isinstance(value, PolicyFinding) else None
        return self.wording.say(f"explain.reason_{reason.value if reason else 'other'}")

    def register(self, call: ToolCall, circumstances: Circumstances) -> Part:
        """Which rows of which register were counted or listed, and what came of it."""
        result = self.toolbox.run(call, circumstances)
        draft = self.composer.compose(Question("", circumstances.today, circumstances.principal), (result,))
        say = self.wording.say
        try:
            described = self._register_query(RegisterQuery.model_validate(dict(call.arguments)))
        except (ValidationError, KeyError) as error:
            return Part(call, (Paragraph(say("explain.failed_call", message=str(error))),))
        first = draft.blocks[0].text if draft.blocks and isinstance(draft.blocks[0], Paragraph) else ""
        lines = [described, say("explain.register_how")]
        lines += [say("explain.register_result", result=first)] if first else []
        return Part(call, tuple(map(Paragraph, lines)), draft.figures)

    def _register_query(self, query: RegisterQuery) -> str:
        definition, say = self.registers.register(query.register_code), self.wording.say
        headers = {column.code: column.header for column in definition.columns}
        conditions = [
            say("explain.register_condition", column=headers[code], values="、".join(values))
            for code, values in query.groups.items()
        ]
        states = {each.code: each.name for each in definition.states}
        cluster = self.definitions.registry.cluster
        for key, names in (
            ("clusters", [cluster(code).short_name for code in query.clusters]),
            ("cities", list(query.cities)),
            ("states", [states[code] for code in query.states]),
        ):
            conditions += [say(f"explain.register_{key}", names="、".join(names))] if names else []
        quarter = query.quarter
        at = quarter and say("explain.register_quarter", quarter=quarter.label(Basis.POINT))
        operation = say(f"explain.register_operation_{query.operation}")
        facts = {"register": definition.name, "operation": operation, "conditions": "".join(conditions)}
        return say("explain.register_query", **facts, period=at or say("explain.register_newest"))

    def other(self, call: ToolCall, circumstances: Circumstances) -> Part:
        """The tool and its arguments; a call that comes to nothing for the asker says so."""
        say, result = self.wording.say, self.toolbox.run(call, circumstances)
        if not result.ok and result.outcome.message:
            return Part(call, (Paragraph(say("explain.failed_call", message=result.outcome.message)),))
        arguments = json.dumps(dict(call.arguments), ensure_ascii=False, default=str)
        known = f"explain.does_{call.name}" in self.wording.keys
        does = say(f"explain.does_{call.name if known else 'other'}")
        asked = say("explain.other_query", does=does, tool=call.name, arguments=arguments)
        return Part(call, (Paragraph(asked), Paragraph(say("explain.other_result"))))


def explainers(metric: MetricExplainer, tools: ToolExplainers) -> Mapping[str, Explainer]:
    """By name of the tool."""
    return {
        "query_metric": metric.explain,
        "query_register": tools.register,
        "search_policy": tools.policy,
        "read_clauses": tools.policy,
    }
