"""Question to tool calls, by rules: each part of a message is a statistics question, a policy question, or a choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot.assistant.access import Principal
from bot.assistant.conversation import Turn
from bot.assistant.explaining import TOOL as EXPLAIN
from bot.assistant.explaining import ExplanationRequests
from bot.assistant.meant_names import MeantNames
from bot.assistant.mentions import mentioned_in
from bot.assistant.message_parts import MessageRules
from bot.assistant.metric_phrasing import meant_message, problem_message
from bot.assistant.policy.follow_up import carry, names_matter, resolve_follow_up, wants_more
from bot.assistant.specialists import Memory, PartPlan, Specialist
from bot.assistant.types import Plan, Question, Status, ToolCall
from prompts import Wording
from stats_tools.metric_query import MetricQuery
from stats_tools.periods import Period
from stats_tools.understanding.problems import Problem, ProblemKind
from stats_tools.understanding.reader import MetricReader, Reading
from stats_tools.understanding.references import NOBODY, Mentioned

MOST_CALLS = 6
"""Tool calls for one message; a longer list of questions is answered up to here."""


class Planner(Protocol):
    """Decides what to do with a question."""

    def plan(self, question: Question, history: Sequence[Turn]) -> Plan:
        """The calls to run, or the reply where nothing needs to be run."""


@dataclass
class _Outline:
    """A plan in the making, filled part by part."""

    calls: list[ToolCall] = field(default_factory=list)
    replies: list[Plan] = field(default_factory=list)
    metric: MetricQuery | None = None
    policy: Mapping[str, Any] | None = None
    kept: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    latest: str = ""
    mentioned: Mentioned = NOBODY


class RulePlanner:
    """The offline planner.

    Args:
        reader: reads statistics questions.
        latest: the newest period a principal may read; None while there are no observations.
        rules: how messages are taken apart.
        wording: the messages.
        specialists: asked first, in this order; the first that claims a part plans it.
        meant: what the unknown name of a cluster may mean; nothing where left out.
        papers_name: whether a text names a matter that documents or cards speak of, so that a figure of it that the
            statistics do not have is asked of them; no text does where left out.
    """

    def __init__(
        self,
        reader: MetricReader,
        latest: Callable[[Principal], Period | None],
        rules: MessageRules,
        wording: Wording,
        specialists: Sequence[Specialist] = (),
        meant: MeantNames | None = None,
        papers_name: Callable[[str], bool] = lambda _text: False,
    ) -> None:
        self._papers_name = papers_name
        self._meant = meant
        self._explanations = ExplanationRequests.load()
        self._reader = reader
        self._latest = latest
        self._rules = rules
        self._wording = wording
        self._specialists = tuple(specialists)

    def plan(self, question: Question, history: Sequence[Turn]) -> Plan:
        """Take the message apart, plan each part, keep what the next turn may refer to."""
        memory = history[-1].state if history else {}
        text = self._rules.choice(question.text, memory.get("options", ())) or question.text
        if self._explanations.asks(text):
            return self._explained(memory, history)
        outline = _Outline(
            metric=_remembered_query(memory),
            policy=memory.get("policy"),
            kept=dict(memory.get("kept", {})),
            latest=memory.get("latest", ""),
            mentioned=mentioned_in(memory),
        )
        parts = self._rules.questions(text)
        asked = [part for part in parts if not self._explanations.asks(part)]
        for part in asked:
            self._plan_part(part, question, outline)
        if len(asked) < len(parts) and outline.calls:
            outline.calls.append(_explaining([_as_record(call) for call in outline.calls]))
        return self._finished(outline)

    def _explained(self, memory: Mapping[str, Any], history: Sequence[Turn]) -> Plan:
        """How the answer before came about; what is remembered stays, so that the conversation can go on."""
        if calls := memory.get("calls"):
            return Plan(calls=(_explaining(calls),), state=memory)
        key = "no_query" if history else "nothing_before"
        examples = tuple(self._wording.say("assistant.examples").splitlines())
        return Plan(
            status=Status.NOT_FOUND, message=self._wording.say(f"explain.{key}"), suggestions=examples, state=memory
        )

    def _plan_part(self, part: str, question: Question, outline: _Outline) -> None:
        for specialist in self._specialists:
            kept = Memory(outline.kept.get(specialist.name, {}), outline.latest == specialist.name)
            planned = specialist.plan(part, question, kept)
            if planned is not None:
                _take(planned, specialist.name, outline)
                return
        if outline.policy and not outline.latest and wants_more(part):
            outline.calls.append(ToolCall("read_clauses", {"question": outline.policy["question"]}))
            return
        outline.latest = ""
        self._plan_common_part(part, question, outline)

    def _chained(self, part: str, question: Question, outline: _Outline) -> tuple[tuple[Reading, str], ...]:
        """The readings of a question and of the half questions behind it; none where any of them is no such thing."""
        pieces = self._rules.chain(part)
        readings: list[tuple[Reading, str]] = []
        before = replace(outline)
        for piece in pieces if len(pieces) > 1 else ():
            reading = self._reading(piece, question, before)
            if not reading.queries or reading.problem or reading.strength < self._rules.metric_strength:
                return ()
            query = reading.queries[-1]
            if before.metric is not None and readings and self._reader.stands_for(piece):
                # Whom the ranking names is not known yet; it tells the other figure itself.
                query = before.metric.model_copy(update={"beside": query.indicators})
                readings[-1] = (replace(readings[-1][0], queries=(query,)), readings[-1][1])
            else:
                readings.append((reading, piece))
            before = replace(before, metric=query, mentioned=NOBODY)
        return tuple(readings)

    def _plan_common_part(self, part: str, question: Question, outline: _Outline) -> None:
        chained = self._chained(part, question, outline)
        if chained:
            for each, piece in chained:
                self._plan_metric(each, piece, outline)
            outline.policy = None
            return
        for figure, policy in self._rules.halves(part):
            reading = self._reading(figure, question, outline)
            beside = self._reading(policy, question, outline)
            if reading.queries and reading.strength >= self._rules.metric_strength > beside.strength:
                self._plan_metric(reading, figure, outline)
                outline.calls.append(ToolCall("search_policy", {"question": policy}))
                outline.policy = None
                return
        reading = self._reading(part, question, outline)
        if reading.strength >= self._rules.metric_strength and not self._is_of_papers(reading, part):
            self._plan_metric(reading, part, outline)
            outline.policy = None
        else:
            self._plan_policy(part, outline)

    def _plan_policy(self, part: str, outline: _Outline) -> None:
        """Ask the documents, and where the part names no matter of its own, in the end of the one talked of before."""
        standalone = resolve_follow_up(part, outline.policy)
        arguments = {"question": standalone}
        subject = standalone
        if standalone == part and outline.policy and not self._papers_name(part):
            arguments["carried"] = carry(part, outline.policy)
            if not names_matter(part):
                subject = outline.policy.get("subject") or outline.policy["question"]
        outline.calls.append(ToolCall("search_policy", arguments))
        outline.policy = {"question": standalone, "subject": subject}
        outline.metric = None

    def _is_of_papers(self, reading: Reading, part: str) -> bool:
        """Whether the statistics lack a figure of a matter the papers name (单项冠军的市场占有率)."""
        unknown = reading.problem is not None and reading.problem.kind is ProblemKind.UNKNOWN_INDICATOR
        return unknown and not reading.queries and self._papers_name(part)

    def _reading(self, part: str, question: Question, outline: _Outline) -> Reading:
        latest = self._latest(question.principal)
        return self._reader.read(
            part, previous=outline.metric, latest=latest, today=question.today, mentioned=outline.mentioned
        )

    def _plan_metric(self, reading: Reading, part: str, outline: _Outline) -> None:
        outline.calls.extend(ToolCall("query_metric", _arguments(query)) for query in reading.queries)
        if reading.queries:
            outline.metric = reading.queries[-1]
        elif reading.partial is not None:
            outline.metric = reading.partial
        if reading.problem is not None:
            outline.replies.append(self._asked_back(reading.problem, part))

    def _asked_back(self, problem: Problem, part: str) -> Plan:
        """What to tell of a problem; for the unknown name of a cluster, whether one of ours was meant."""
        said = str(problem.facts.get("said", ""))
        if problem.kind is ProblemKind.UNKNOWN_CLUSTER and self._meant is not None and said in part:
            name = self._meant.of(said)
            if name:
                return meant_message(said, name, part, self._wording)
        return problem_message(problem, self._wording)

    def _finished(self, outline: _Outline) -> Plan:
        replies = outline.replies
        options = tuple(option for reply in replies for option in reply.options)
        state = {
            "metric": outline.metric.model_dump(mode="json") if outline.metric else None,
            "policy": outline.policy,
            "options": list(options),
            "kept": outline.kept,
            "latest": outline.latest,
        }
        if outline.metric or outline.latest:
            state["mentioned"] = outline.mentioned.model_dump(mode="json")
        return Plan(
            calls=tuple(outline.calls[: MOST_CALLS + 1]),
            status=replies[0].status if replies else Status.ANSWERED,
            message="\n".join(reply.message for reply in replies),
            options=options,
            suggestions=tuple(suggestion for reply in replies for suggestion in reply.suggestions),
            state=state,
        )


def _take(planned: PartPlan, name: str, outline: _Outline) -> None:
    outline.calls.extend(planned.calls)
    if planned.reply is not None:
        outline.replies.append(planned.reply)
    outline.kept[name] = planned.state
    if planned.subject:
        outline.policy = {"question": planned.subject}
    outline.latest = name


def _as_record(call: ToolCall) -> dict[str, Any]:
    return {"name": call.name, "arguments": dict(call.arguments)}


def _explaining(calls: Sequence[Mapping[str, Any]]) -> ToolCall:
    return ToolCall(EXPLAIN, {"calls": list(calls[:MOST_CALLS])})


def _arguments(query: MetricQuery) -> Mapping[str, Any]:
    return query.model_dump(mode="json", exclude_defaults=True)


def _remembered_query(memory: Mapping[str, Any]) -> MetricQuery | None:
    stored = memory.get("metric")
    return MetricQuery.model_validate(stored) if stored else None
