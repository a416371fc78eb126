"""The tools over a firm's profile: eligibility condition by condition, and the financing channels compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field

from bot.assistant.eligibility.checking import Checker
from bot.assistant.eligibility.profile import Flaw, Profile
from bot.assistant.eligibility.recognition import Needs, shipped_recognition
from bot.assistant.eligibility.results import Assessment, Change, Eligibility, Financing, Firm, Verdict, left_after
from bot.assistant.eligibility.words import EligibilityWords
from bot.assistant.policy_tools import document_evidence
from bot.assistant.toolbox import Circumstances, Tool
from bot.assistant.types import Evidence, Outcome, Status
from knowledge.support_measures import Source
from knowledge.types import Library
from prompts import Wording


class CheckEligibility(BaseModel):
    """A firm, and the measure it is checked for."""

    profile: dict[str, str] = Field(description='企业资料：事实代码到原话，例如 {"city": "烟台", "revenue": "1.2亿元"}')
    measure: str = Field(default="", description="支持措施或资质的代码，留空核对全部", max_length=40)
    skipped: list[str] = Field(default=[], description="企业不愿说或不知道的事实代码，不再追问")
    changed: dict[str, str] = Field(default={}, description="本轮改正的事实代码到改正前的说法")
    whole: bool = Field(default=False, description="不再追问，给出已有的结论")
    brief: bool = Field(default=False, description="条件刚列过，只说进度和下一个问题")
    wants: Literal["", "whom", "next_step"] = Field(default="", description="先答找谁（whom）或怎么办（next_step）")
    page: int = Field(default=0, description="列表的第几页，从0起", ge=0, le=20)


class FindFinancing(BaseModel):
    """A firm, and what it needs the money for."""

    profile: dict[str, str] = Field(description="企业资料：事实代码到原话")
    need: str = Field(default="", description="融资需求，如 长期、短期、股权、贷款；留空为全部", max_length=20)
    skipped: list[str] = Field(default=[], description="不再追问的事实代码")
    changed: dict[str, str] = Field(default={}, description="本轮改正的事实代码到改正前的说法")
    page: int = Field(default=0, description="列表的第几页，从0起", ge=0, le=20)


class EligibilityTools:
    """The tools over one catalogue and library.

    Args:
        checker: judges conditions.
        library: what the measures rest on.
        words: says what is evidence.
        needs: the financing needs there are.
        wording: the messages.
    """

    def __init__(
        self, checker: Checker, library: Library, words: EligibilityWords, needs: Needs, wording: Wording
    ) -> None:
        self._checker = checker
        self._library = library
        self._words = words
        self._needs = needs
        self._wording = wording

    def check(self, arguments: CheckEligibility, here: Circumstances) -> Outcome:
        """Every condition of a measure, or of all, against the firm."""
        profile = Profile(arguments.profile, self._checker.tongue, here.today)
        if (flaw := profile.flaw()) is not None:
            return self._refused(flaw)
        measures = self._words.at_hand(self._checker.catalogue.measures)
        asked = next((each for each in measures if each.id == arguments.measure), None)
        if arguments.measure and asked is None:
            known = "、".join(each.id for each in measures)
            message = self._wording.say("eligibility.unknown_measure", measure=arguments.measure, known=known)
            return Outcome(status=Status.ERROR, message=message)
        assessments = tuple(self._checker.assess(each, profile) for each in ([asked] if asked else measures))
        inquiry = self._checker.next(assessments, profile, arguments.skipped)
        firm = self._checker.firm(profile)
        changed = self._changes(arguments.changed, profile)
        value = Eligibility(
            firm,
            asked,
            assessments,
            inquiry,
            arguments.whole,
            arguments.brief,
            arguments.wants,
            arguments.page,
            changed,
        )
        figures = self._figures(assessments, len(value.rows), arguments.page)
        return Outcome(value=value, evidence=(*self._evidence(firm, assessments, changed), figures))

    def find(self, arguments: FindFinancing, here: Circumstances) -> Outcome:
        """The channels for a need, those ruled out apart."""
        profile = Profile(arguments.profile, self._checker.tongue, here.today)
        if (flaw := profile.flaw()) is not None:
            return self._refused(flaw)
        need = self._needs.named(arguments.need)
        if arguments.need and not need:
            known = "、".join(self._needs.names)
            message = self._wording.say("eligibility.unknown_measure", measure=arguments.need, known=known)
            return Outcome(status=Status.ERROR, message=message)
        serving = self._words.at_hand(self._checker.catalogue.serving(need))
        assessed = [self._checker.assess(each, profile) for each in serving]
        still_open = sorted(
            (each for each in assessed if not each.is_ruled_out), key=lambda each: -each.count(Verdict.MET)
        )
        out = tuple(each for each in assessed if each.is_ruled_out)
        inquiry = self._checker.next(still_open, profile, arguments.skipped)
        firm, changed = self._checker.firm(profile), self._changes(arguments.changed, profile)
        value = Financing(firm, need, tuple(still_open), out, inquiry, arguments.page, changed)
        figures = self._figures(assessed, len(still_open), arguments.page)
        return Outcome(value=value, evidence=(*self._evidence(firm, assessed, changed), figures))

    def _refused(self, flaw: Flaw) -> Outcome:
        return Outcome(status=Status.CLARIFY, message=flaw_message(flaw, self._wording))

    def _changes(self, changed: Mapping[str, str], profile: Profile) -> tuple[Change, ...]:
        facts = self._checker.tongue.facts
        return tuple(
            Change(facts.fact(code).name, old, profile.told[code])
            for code, old in changed.items()
            if code in profile.told and code in facts.codes
        )

    def _evidence(self, firm: Firm, assessments: Sequence[Assessment], changed: Sequence[Change]) -> Iterable[Evidence]:
        told = [*(f"{name}{value}" for name, value in firm.facts), *(each.old for each in changed)]
        yield Evidence("question", "；".join(told))
        offered = [self._words.say("suggest_measure", name=each.measure.name) for each in assessments]
        short = [self._words.say(key) for key in ("skip", "see_now", "suggest_more")]
        yield Evidence("registry", "；".join([*short, *(words.rstrip("？") for words in offered)]))
        if firm.membership is not None:
            names = "、".join(cluster.name for cluster in firm.membership.clusters)
            yield Evidence("registry", f"{names} {firm.membership.unnamed}个")
        measures = [assessment.measure for assessment in assessments]
        sources = [source for measure in measures for source in measure.sources]
        yield from (Evidence("clause", source.words) for source in dict.fromkeys([self._tiers_source, *sources]))
        papers = dict.fromkeys(source.document for source in [self._tiers_source, *sources])
        for paper in filter(None, map(self._library.document, papers)):
            yield from document_evidence(paper)

    @property
    def _tiers_source(self) -> Source:
        return self._checker.catalogue.tiers_source

    def _figures(self, assessments: Sequence[Assessment], rows: int, page: int) -> Evidence:
        """Every count that may be told: of conditions and measures by verdict, of channels, of rows still to come."""
        counted = [
            f"{each.measure.name}共{len(each.judged)}项条件："
            + self._words.counts((judged.verdict for judged in each.judged), "count")
            for each in assessments
        ]
        counted.append(self._words.counts((each.verdict for each in assessments), "overview"))
        out = sum(each.is_ruled_out for each in assessments)
        totals = (len(assessments), len(assessments) - out, out, left_after(rows, page))
        return Evidence("figure", "；".join([*counted, *(f"{count}项 {count}条" for count in totals)]))


def flaw_message(flaw: Flaw, wording: Wording) -> str:
    """What to tell a person about a fact that cannot be right."""
    key = f"eligibility.flaw_{flaw.key}"
    return wording.say(key, **{name: flaw.facts[name] for name in wording.variables(key)})


def eligibility_tools(checker: Checker, library: Library, words: EligibilityWords, wording: Wording) -> list[Tool[Any]]:
    """``check_eligibility`` and ``find_financing`` over one catalogue and library."""
    needs = Needs(shipped_recognition().needs)
    tools = EligibilityTools(checker, library, words, needs, wording)
    measures = "、".join(f"{each.id}={each.name}" for each in checker.catalogue.measures)
    facts = "、".join(f"{fact.code}={fact.name}" for fact in checker.tongue.facts.facts)
    described = wording.say("eligibility.tool_check_eligibility", facts=facts, measures=measures)
    compared = wording.say("eligibility.tool_find_financing", needs="、".join(needs.names))
    return [
        Tool("check_eligibility", described, CheckEligibility, tools.check),
        Tool("find_financing", compared, FindFinancing, tools.find),
    ]
