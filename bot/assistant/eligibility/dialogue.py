"""The conversation with a firm: takes its facts, asks for what is missing, remembers them for the session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.assistant.eligibility.checking import Checker
from bot.assistant.eligibility.extraction import FactReader, Stated
from bot.assistant.eligibility.profile import Profile
from bot.assistant.eligibility.recognition import Intent, Recognition, Reply
from bot.assistant.eligibility.results import Inquiry, Verdict
from bot.assistant.eligibility.tools import flaw_message
from bot.assistant.message_parts import MessageRules
from bot.assistant.specialists import Memory, PartPlan
from bot.assistant.types import Plan, Question, Status, ToolCall
from knowledge.support_measures import Measure
from prompts import Wording
from stats_tools.understanding.passage import normal


@dataclass(frozen=True, slots=True)
class _Remembered:
    """What the dialogue keeps between turns.

    Args:
        profile: facts told so far.
        skipped: facts the firm does not know or tell.
        asked: facts asked for last.
        options: choices offered with the question.
        focus: what is being looked into; None before anything was asked.
        page: of the list shown last, from 0.
    """

    profile: Mapping[str, str]
    skipped: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    focus: Intent | None = None
    page: int = 0

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> _Remembered:
        focus = state.get("focus")
        return cls(
            dict(state.get("profile", {})),
            tuple(state.get("skipped", ())),
            tuple(state.get("asked", ())),
            tuple(state.get("options", ())),
            Intent(**focus) if focus else None,
            state.get("page", 0),
        )

    @property
    def state(self) -> Mapping[str, Any]:
        """The same, JSON-serialisable."""
        focus = self.focus and {"kind": self.focus.kind, "measure": self.focus.measure, "need": self.focus.need}
        return {
            "profile": dict(self.profile),
            "skipped": [*self.skipped],
            "asked": [*self.asked],
            "options": [*self.options],
            "focus": focus,
            "page": self.page,
        }


class EligibilityDialogue:
    """Claims what a firm says of itself and asks for itself; see ``bot.assistant.specialists.Specialist``.

    Args:
        checker: judges conditions, and knows what to ask next.
        rules: how short replies to choices are read, and what is a question.
        wording: the messages.
    """

    name: Literal["eligibility"] = "eligibility"

    def __init__(self, checker: Checker, rules: MessageRules, wording: Wording) -> None:
        self._checker = checker
        self._reader = FactReader(checker.tongue)
        self._recognition = Recognition(checker.catalogue.measures)
        self._rules = rules
        self._wording = wording

    def plan(self, part: str, question: Question, memory: Memory) -> PartPlan | None:
        """A plan for what concerns the firm; None for any other part."""
        kept = _Remembered.of(memory.state)
        reply = self._recognition.reply(part)
        if reply in ("show_profile", "clear_profile"):
            return self._profile(reply, kept)
        text = self._chosen(part, kept) if memory.is_latest else part
        is_option = normal(text) in self._offered(kept)
        asked = kept.asked if memory.is_latest or is_option else ()
        reply = self._recognition.reply(text)
        if (is_option or memory.is_latest) and reply is not None:
            return self._replied(reply, text, kept, question)
        corrects = self._recognition.corrects(text) and self._reader.read(text).is_empty
        # 不对，是12亿: of what was told last and is measured alike, before it answers what was asked.
        stated = self._reader.read(text, (*[*kept.profile][::-1], *asked) if corrects else asked)
        intent = self._recognition.intent(text, stated, known=bool(kept.profile), following=memory.is_latest)
        if intent is None and asked and stated.is_empty and self._is_beside_the_point(text):
            return self._not_an_answer(text, kept)
        if intent is None:
            intent = self._continued(text, stated, kept, question, is_latest=memory.is_latest or is_option)
        if intent is None:
            return None
        return self._told(
            intent, stated, kept, question, brief=memory.is_latest and intent == kept.focus and bool(intent.measure)
        )

    def _chosen(self, part: str, kept: _Remembered) -> str:
        """The choice a part means by its number or a piece of its words; the part itself where it says more."""
        if set(kept.asked) & set(self._reader.read(part, kept.asked).told):
            return part
        return self._rules.choice(part, kept.options) or part

    def _is_beside_the_point(self, text: str) -> bool:
        """Whether a part without a fact can only be meant as an answer: an amount, a remark about the firm."""
        if self._rules.asks(text):
            return False
        quantities = self._checker.tongue.quantities.find(normal(text))
        measured = any(each.dimension in ("money", "share") or each.scaled for each in quantities)
        told = measured and self._recognition.is_brief_statement(text)
        return told or self._recognition.is_of_itself(text) or self._checker.tongue.quantities.read(text) is not None

    def _not_an_answer(self, text: str, kept: _Remembered) -> PartPlan:
        awaited = self._checker.tongue.facts.fact(kept.asked[0]).ask
        return self._reply(self._say("not_an_answer", said=text, question=awaited), kept, kept.options)

    def _offered(self, kept: _Remembered) -> set[str]:
        """The choices an answer came with, bare and with the name of their fact, as they are compared."""
        named = [self._checker.tongue.facts.fact(code).name for code in kept.asked[:1]]
        labels = [self._say("pair", name=name, value=option) for name in named for option in kept.options]
        return {normal(words) for words in (*kept.options, *labels, self._say("suggest_more"))}

    def _continued(
        self, text: str, stated: Stated, kept: _Remembered, question: Question, *, is_latest: bool
    ) -> Intent | None:
        """What is being looked into where a part only tells facts; None where it is a question of another kind."""
        if is_latest and kept.focus is not None and self._recognition.moves(text, stated):
            return kept.focus
        places = {"city", "sector"}
        measured = {*stated.told, *stated.unclear} - places
        # 烟台生物医药2021年营收 names a figure and tells none: that is asked of the statistics.
        if not measured and self._reader.names_counted(text):
            return None
        if self._rules.asks(text) and not (is_latest and measured & set(kept.asked)):
            return None
        is_answer = is_latest and bool(measured or places & set(kept.asked) or stated.elsewhere)
        if is_answer and self._recognition.answers(text, stated, kept.asked):
            return self._furthered(text, stated, kept, question)
        if self._recognition.introduces(text, stated, known=bool(kept.profile)):
            return self._furthered(text, stated, kept, question)
        return None

    def _furthered(self, text: str, stated: Stated, kept: _Remembered, question: Question) -> Intent:
        """What told facts go on with: the measure named beside them, or what is being looked into.

        Where that is settled and the facts are beside it, they go on with all there is.
        """
        if named := self._recognition.measure(text):
            return Intent("eligibility", named)
        focus = kept.focus or Intent("eligibility")
        if not focus.measure or self._inquiry(focus, kept, question).facts:
            return focus
        facts = self._checker.tongue.facts
        looked_at = [code for measure in self._wanted(focus) for code in measure.facts]
        parts = [part for code in looked_at if code in facts.codes for part in facts.fact(code).ratio or ()]
        told = {*stated.told, *stated.unclear, *stated.twice}
        return focus if told & {*looked_at, *parts} else Intent("eligibility")

    def _replied(self, reply: Reply, text: str, kept: _Remembered, question: Question) -> PartPlan | None:
        """What a short reply comes to; None where nothing was asked that it could answer."""
        if kept.focus is None:
            return None
        facts = [self._checker.tongue.facts.fact(code) for code in kept.asked]
        if reply == "see_now":
            return self._looked_into(kept, question, whole=True)
        if reply in ("terms", "next_step", "whom", "materials"):
            return self._taken_further(reply, text, kept, question)
        if reply == "more":
            return self._looked_into(replace(kept, page=kept.page + 1), question)
        if reply == "skip":
            return self._looked_into(replace(kept, skipped=(*kept.skipped, *kept.asked)), question, brief=True)
        if not facts:
            return None
        value = facts[0].agreed if reply == "agreed" else facts[0].denied
        if not value:
            return self._not_an_answer(text, kept)
        profile = {**kept.profile, facts[0].code: value}
        return self._looked_into(replace(kept, profile=profile), question, brief=bool(kept.focus.measure))

    def _taken_further(self, reply: Reply, text: str, kept: _Remembered, question: Question) -> PartPlan:
        """The measure looked into, or of several the nearest: what it asks and who decides; its materials if asked."""
        nearest = self._nearest(kept, question)
        kept = replace(kept, focus=Intent("eligibility", nearest.id), page=0)
        if reply != "materials":
            return self._looked_into(kept, question, wants="" if reply == "terms" else reply)
        looked_into = self._looked_into(kept, question)
        return replace(looked_into, calls=(ToolCall("search_policy", {"question": f"{nearest.aliases[0]}{text}"}),))

    def _nearest(self, kept: _Remembered, question: Question) -> Measure:
        """The measure in focus, else the one of those shown of which the firm meets most and fails none."""
        focus, profile = kept.focus, Profile(kept.profile, self._checker.tongue, question.today)
        assessed = [self._checker.assess(each, profile) for each in self._wanted(focus or Intent("eligibility"))]
        return min(assessed, key=lambda each: (each.is_ruled_out, -each.count(Verdict.MET))).measure

    def _wanted(self, intent: Intent) -> tuple[Measure, ...]:
        """The measures an intent is about."""
        catalogue = self._checker.catalogue
        if intent.kind == "financing":
            return catalogue.serving(intent.need)
        return tuple(each for each in catalogue.measures if intent.measure in ("", each.id))

    def _told(self, intent: Intent, stated: Stated, kept: _Remembered, question: Question, *, brief: bool) -> PartPlan:
        """Take facts in, say what cannot be right about them, and look into what is asked."""
        kept = replace(kept, focus=intent, page=0)
        told = self._merged(kept.profile, stated.told, question)
        if stated.elsewhere:
            kept = replace(kept, profile=told)
            return self._reply(self._say("elsewhere", place=stated.elsewhere), kept, status=Status.NOT_FOUND)
        facts = self._checker.tongue.facts
        for code, values in stated.twice.items():
            options = tuple(self._say("twice_option", name=facts.fact(code).name, value=each) for each in values)
            name, (first, second) = facts.fact(code).name, values
            message = self._say("twice", name=name, first=first, second=second)
            clear = {each: words for each, words in told.items() if each not in stated.twice}
            return self._reply(message, replace(kept, asked=(code,), profile={**kept.profile, **clear}), options)
        if stated.product:
            # What it makes now takes the place of the sector told before, though no list knows it.
            told.pop("sector", None)
        if (flaw := Profile(told, self._checker.tongue, question.today).flaw()) is not None:
            return self._reply(flaw_message(flaw, self._wording), kept, kept.options)
        # Where the conditions are not shown again, what was told is said back, so that a misunderstanding is seen.
        before = {code: kept.profile.get(code, "" if brief else words) for code, words in stated.told.items()}
        changed = {code: old for code, old in before.items() if old != stated.told[code]}
        skipped = tuple(code for code in kept.skipped if code not in stated.told)
        kept = replace(kept, profile=told, skipped=skipped)
        for code, said_as in stated.unclear.items():
            kept = replace(kept, asked=(code,), options=())
            return self._reply(self._say("unclear", name=facts.fact(code).name, said=said_as), kept)
        if stated.product and "sector" in self._inquiry(intent, kept, question).facts:
            return self._which_sector(stated.product, kept)
        return self._looked_into(kept, question, changed=changed, brief=brief)

    def _merged(self, old: Mapping[str, str], new: Mapping[str, str], question: Question) -> dict[str, str]:
        """All facts, the new ones in place of old ones they cannot stand beside.

        That is a year of foundation for the years in business always, a share for its amount where they do not agree.
        """
        merged = {**old, **new}
        pairs = [(fact, fact.instead) for fact in self._checker.tongue.facts.facts if fact.instead]
        disagree = Profile(merged, self._checker.tongue, question.today).flaw() is not None
        for fact, instead in pairs:
            if (fact.ratio is None or disagree) and (fact.code in new) is not (instead in new):
                merged.pop(instead if fact.code in new else fact.code, None)
        return merged

    def _which_sector(self, product: str, kept: _Remembered) -> PartPlan:
        city = kept.profile.get("city", "")
        options = self._checker.tongue.belonging.choices(city) if city else ()
        return self._reply(self._say("unknown_product", product=product), replace(kept, asked=("sector",)), options)

    def _looked_into(
        self,
        kept: _Remembered,
        question: Question,
        *,
        changed: Mapping[str, str] | None = None,
        whole: bool = False,
        brief: bool = False,
        wants: str = "",
    ) -> PartPlan:
        """The call that answers what is being looked into, and what its answer will ask."""
        intent = kept.focus or Intent("eligibility")
        is_overview = intent.kind == "eligibility" and not intent.measure
        if is_overview and not kept.profile and "city" not in kept.skipped:
            return self._reply(self._say("first_question"), replace(kept, focus=intent, asked=("city", "sector")))
        inquiry = self._inquiry(intent, kept, question)
        given = {"skipped": [*kept.skipped], "changed": dict(changed or {}), "page": kept.page}
        if intent.kind == "financing":
            tool, given = "find_financing", {**given, "need": intent.need}
        else:
            given |= {"measure": intent.measure, "whole": whole, "brief": brief, "wants": wants}
            tool = "check_eligibility"
        said = {name: value for name, value in given.items() if value}
        call = ToolCall(tool, {"profile": dict(kept.profile), **said})
        short = (self._say("skip"), self._say("see_now"))
        kept = replace(kept, focus=intent, asked=self._answerable(inquiry), options=(*inquiry.options, *short))
        measure = self._checker.catalogue.measure(intent.measure) if intent.measure else None
        return PartPlan((call,), state=kept.state, subject=measure.aliases[0] if measure else "")

    def _answerable(self, inquiry: Inquiry) -> tuple[str, ...]:
        """The facts that may answer a question back: those asked for and those that stand in for them."""
        facts = [self._checker.tongue.facts.fact(code) for code in inquiry.facts]
        return (*inquiry.facts, *(fact.instead for fact in facts if fact.instead))

    def _inquiry(self, intent: Intent, kept: _Remembered, question: Question) -> Inquiry:
        """What the answer will ask: the tool works it out from the same facts by the same rules."""
        profile = Profile(kept.profile, self._checker.tongue, question.today)
        assessed = [self._checker.assess(each, profile) for each in self._wanted(intent)]
        return self._checker.next(assessed, profile, kept.skipped)

    def _profile(self, reply: Reply, kept: _Remembered) -> PartPlan:
        if reply == "clear_profile":
            return PartPlan(reply=Plan(message=self._say("profile_cleared")), state={})
        facts = self._checker.tongue.facts
        pairs = [self._say("pair", name=facts.fact(code).name, value=words) for code, words in kept.profile.items()]
        message = self._say("profile", facts="，".join(pairs)) if pairs else self._say("profile_empty")
        return PartPlan(reply=Plan(message=message), state=kept.state)

    def _reply(
        self, message: str, kept: _Remembered, options: Sequence[str] = (), status: Status = Status.CLARIFY
    ) -> PartPlan:
        """A reply that needs no tool."""
        plan = Plan(status=status, message=message, options=tuple(options))
        return PartPlan(reply=plan, state=replace(kept, options=tuple(options)).state)

    def _say(self, key: str, **variables: str) -> str:
        return self._wording.say(f"eligibility.{key}", **variables)
