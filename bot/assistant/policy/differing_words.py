"""What documents state differently, in words: a line a document with its number, days and standing, none preferred."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.assistant.marks import Marks
from bot.assistant.policy.differing import endings, highest, newest
from bot.assistant.policy.findings import PolicyFinding, Support
from bot.assistant.policy.standing_words import StandingWords, spoken
from bot.assistant.types import Block, Draft, Paragraph, Status
from knowledge.types import Document
from prompts import Wording


class DifferingWords:
    """Writes the draft of a finding whose documents differ."""

    def __init__(self, wording: Wording) -> None:
        self._say = wording.say
        self._standing = StandingWords(wording)

    def draft(self, value: PolicyFinding, marks: Marks) -> Draft:
        """Every statement with its document, then what has ended what; of those left the newest and the highest."""
        documents = [support.document for support in value.supports]
        ended = tuple(endings(documents, value.on))
        left = [document for document in documents if document not in [over for over, _ in ended]]
        blocks: list[Block] = [Paragraph(self._say("policy.differs"))]
        blocks += [Paragraph(self._entry(support, value.on, marks)) for support in value.supports]
        blocks += [Paragraph(self._ending(*pair)) for pair in ended]
        if len(left) > 1 and (facts := "".join(self._facts(left))):
            blocks.append(Paragraph(self._say("policy.differs_only_facts", facts=facts)))
        issuers = dict.fromkeys(document.issuer or self._say("policy.issuer_unknown") for document in left)
        key = "differs_next" if len(left) > 1 else "differs_next_ended"
        closing = (Paragraph(self._say(f"policy.{key}", issuers="、".join(issuers))),)
        return Draft(Status.ANSWERED, tuple(blocks), closing, suggestions=(self._say("policy.ask_status"),))

    def _ending(self, ended: Document, by: Document) -> str:
        verb = "repealed" if ended.repealed_by else "replaced"
        since = self._say("policy.differs_since", day=spoken(ended.ended)) if ended.ended else ""
        papers = {"ended": self._standing.titled(ended), "by": self._standing.titled(by)}
        return self._say(f"policy.differs_{verb}", since=since, **papers)

    def _entry(self, support: Support, on: date, marks: Marks) -> str:
        document = support.document
        facts = [document.number] if document.number else []
        if document.issued is not None:
            facts.append(self._say("policy.dated_issued", day=spoken(document.issued)))
        facts.append(self._standing.briefly(document, on))
        if document.region:
            facts.append(self._say("policy.differs_region", region=document.region))
        spans = (support.sentence, support.header) if support.header else (support.sentence,)
        mark = "".join(f"[{marks.cite(span.doc_id, span.start, span.end).n}]" for span in spans)
        claim = support.said if support.header else support.words(support.sentence).rstrip("。；;.")
        return self._say("policy.differs_entry", title=document.title, facts="，".join(facts), claim=claim, mark=mark)

    def _facts(self, documents: list[Document]) -> Iterable[str]:
        if (last := newest(documents)) is not None:
            yield self._say("policy.differs_newest", paper=self._standing.titled(last))
        if (above := highest(documents)) is not None:
            yield self._say("policy.differs_highest", paper=self._standing.titled(above), issuer=above.issuer)
