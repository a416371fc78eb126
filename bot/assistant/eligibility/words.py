"""Verdicts, firms and standings in words: the parts that eligibility cards and financing tables are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from bot.assistant.eligibility.facts import Facts
from bot.assistant.eligibility.results import Assessment, Firm, Inquiry, Judged, Verdict
from bot.assistant.marks import Marks
from bot.assistant.policy.standing_words import StandingWords, spoken
from knowledge.support_measures import Measure, MeasureCatalogue, Source
from knowledge.types import Document, Library, Validity
from prompts import Wording

_ORDER = (Verdict.MET, Verdict.NOT_MET, Verdict.NEED, Verdict.NO_THRESHOLD)
_CARD = "card"
_MOST_NAMES = 4
"""Names listed in a cell of a table or a remark."""


class EligibilityWords:
    """Says the parts of a check.

    Args:
        wording: the messages, topic ``eligibility``.
        library: the documents the measures rest on.
        facts: the facts' names and questions.
        catalogue: where the sizes of firm stand.
    """

    def __init__(self, wording: Wording, library: Library, facts: Facts, catalogue: MeasureCatalogue) -> None:
        self._wording = wording
        self._library = library
        self._facts = facts
        self._catalogue = catalogue
        self._standing = StandingWords(wording)

    def say(self, key: str, **variables: object) -> str:
        """A message of the topic."""
        return self._wording.say(f"eligibility.{key}", **variables)

    def mark(self, source: Source, marks: Marks) -> str:
        """The citation mark of a source."""
        return f"[{marks.cite_words(source.document, source.words).n}]"

    def counts(self, verdicts: Iterable[Verdict], prefix: str) -> str:
        """How many there are of each verdict, those that do not occur left out."""
        counted = Counter(verdicts)
        return "，".join(self.say(f"{prefix}_{each.value}", count=counted[each]) for each in _ORDER if counted[each])

    def verdict(self, judged: Judged) -> str:
        """A condition's verdict, with what it needs or what no document sets."""
        match judged.verdict:
            case Verdict.NEED if judged.missing:
                return self.say("need", facts=self.names(judged.missing))
            case Verdict.NEED:
                return self.say("need_elsewhere")
            case Verdict.NO_THRESHOLD:
                key = "unsourced" if judged.condition.unsourced else "no_threshold"
                return self.say(key, unset=judged.condition.unset)
            case _:
                return self.say(judged.verdict.value)

    def standing(self, assessment: Assessment) -> str:
        """A measure as a whole: which of its conditions stand how, those not met first."""
        parts = []
        for verdict in (Verdict.NOT_MET, Verdict.MET, Verdict.NEED, Verdict.NO_THRESHOLD):
            concerned = [each for each in assessment.judged if each.verdict is verdict]
            if concerned:
                names = [each.condition.name for each in concerned]
                missing = [fact for each in concerned for fact in each.missing]
                named = self.names(tuple(dict.fromkeys(missing))) if missing else self._some(names)
                unsourced = all(each.condition.unsourced for each in concerned)
                parts.append(self.say("standing_unsourced" if unsourced else f"standing_{verdict.value}", names=named))
        return "；".join(parts)

    def is_carded(self, measure: Measure) -> bool:
        """Whether a measure rests on a card rather than on an original document."""
        return self.document(measure).kind == _CARD

    def validity(self, measure: Measure, today: date) -> str:
        """Whether the document a measure rests on binds, for a cell of a table."""
        paper = self.document(measure)
        if self.is_carded(measure):
            return self.say("validity_card")
        validity = paper.validity(today)
        day = {Validity.EXPIRED: paper.expires, Validity.NOT_YET: paper.effective}.get(validity)
        return self.say(f"validity_{validity.value}", **({"day": spoken(day)} if day else {}))

    def yours(self, judged: Judged) -> str:
        """The firm's facts that a condition looks at."""
        if judged.shown is None:
            return self.say("yours_asked_nothing")
        pairs = [self.say("pair", name=name, value=value) for name, value in judged.shown.items()]
        return "，".join(pairs) or self.say("yours_none")

    def names(self, codes: Sequence[str]) -> str:
        """The names of facts."""
        return self._some([self._facts.fact(code).name for code in codes])

    def question(self, inquiry: Inquiry) -> str:
        """The question back, one or two sentences."""
        return "".join(self._facts.fact(code).ask for code in inquiry.facts)

    def choices(self, inquiry: Inquiry) -> tuple[str, ...]:
        """The choices as they are told without the question: 建设项目：有."""
        names = [self._facts.fact(code).name for code in inquiry.facts[:1]]
        return tuple(self.say("pair", name=name, value=value) for name in names for value in inquiry.options)

    def belonging(self, firm: Firm, marks: Marks) -> list[str]:
        """Which cluster the firm belongs to, and which size it is."""
        lines = self._cluster(firm, marks)
        if firm.tier is not None:
            mark = self.mark(self._catalogue.tiers_source, marks)
            lines.append(self.say("tier", revenue=firm.revenue, tier=firm.tier.name, mark=mark))
        elif firm.revenue:
            mark = self.mark(self._catalogue.tiers_source, marks)
            lines.append(self.say("tier_none", revenue=firm.revenue, mark=mark))
        return lines

    def checked_for(self, firm: Firm) -> list[str]:
        """The facts the check rests on, so that a misunderstanding is seen."""
        pairs = [self.say("pair", name=name, value=value) for name, value in firm.facts]
        return [self.say("checked_for", facts="，".join(pairs))] if pairs else []

    def authority(self, measure: Measure, marks: Marks) -> str:
        """Who decides, where a source says so, and otherwise whom to ask."""
        if measure.authority is not None:
            mark = self.mark(measure.authority.source, marks)
            return self.say("decided_by", authority=measure.authority.name, mark=mark)
        return self.say("decided_unknown", issuer=self.issuer(measure))

    def issuer(self, measure: Measure) -> str:
        """Whom to ask about a measure: the issuer of the document it rests on."""
        return self.document(measure).issuer

    def document(self, measure: Measure) -> Document:
        """The document a measure rests on; LookupError where the library does not hold it."""
        document = self._library.document(measure.source.document)
        if document is None:
            raise LookupError(f"{measure.id} rests on {measure.source.document}, which is not at hand")
        return document

    def at_hand(self, measures: Sequence[Measure]) -> list[Measure]:
        """The measures whose documents the library holds, in the words the rules quote."""
        sources = {source for measure in measures for source in measure.sources}
        papers = {name: self._library.document(name) for name in {source.document for source in sources}}
        borne = {each for each in sources if (paper := papers[each.document]) and each.words in paper.text}
        return [measure for measure in measures if borne.issuperset(measure.sources)]

    def notices(self, measures: Sequence[Measure], on: date, marks: Marks) -> list[str]:
        """A line for each document that does not bind on the day, one for all cards, and what else limits a measure."""
        papers = {measure.source.document: self.document(measure) for measure in measures}
        originals = [paper for paper in papers.values() if paper.kind != _CARD]
        lines = [self._standing.notice(paper, self._successor(paper), on) for paper in originals]
        carded = dict.fromkeys(m.name for m in measures if papers[m.source.document].kind == _CARD)
        if carded:
            lines.append(self.say("card_notice", names=self._some([*carded])))
        limits = {measure.name: measure.validity for measure in measures if measure.validity}
        lines += [
            self.say("lasts", name=name, words=limit.words, mark=self.mark(limit, marks))
            for name, limit in limits.items()
        ]
        return [line for line in lines if line]

    def _some(self, names: Sequence[str]) -> str:
        """A few of the names, with 等 where there are more."""
        few = "、".join(names[:_MOST_NAMES])
        return few if len(names) <= _MOST_NAMES else self.say("and_others", names=few)

    def plan_issuer(self) -> str:
        """Whom to ask about the plan."""
        paper = self._library.document(self._catalogue.tiers_source.document)
        return paper.issuer if paper else ""

    def _cluster(self, firm: Firm, marks: Marks) -> list[str]:
        membership = firm.membership
        if membership is None:
            return []
        clusters = [(each.name, firm.levels[each.level]) for each in membership.clusters]
        names = "、".join(self.say("cluster_named", name=name, level=level) for name, level in clusters)
        said = {"city": firm.city, "sector": firm.sector}
        if membership.unsettled:
            return [self.say("cluster_unsettled", clusters=names, **said)]
        mark = "".join(f"[{marks.cite_words(each.doc_id, each.quote).n}]" for each in membership.named_in)
        if membership.clusters:
            return [self.say("cluster_in", clusters=names, mark=mark, **said)]
        if membership.is_in is None and firm.is_unknown_sector:
            return [self.say("cluster_unknown_sector", unnamed=membership.unnamed, mark=mark, city=firm.city)]
        if membership.is_in is None:
            return [self.say("cluster_none_open", unnamed=membership.unnamed, mark=mark, **said)]
        return [self.say("cluster_outside")]

    def _successor(self, paper: Document) -> Document | None:
        if not paper.replaced_by:
            return None
        known = self._library.document(paper.replaced_by)
        return known or next((each for each in self._library.documents() if each.number == paper.replaced_by), None)
