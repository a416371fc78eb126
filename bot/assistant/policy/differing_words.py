"""What documents state differently, in words: a line a document with its number, days and standing, none preferred."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.assistant.marks import Marks
from bot.assistant.policy.differing import highest, newest
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
        """Every statement with its document, then which is the newest and the highest, as facts."""
        documents = [support.document for support in value.supports]
        blocks: list[Block] = [Paragraph(self._say("policy.differs"))]
        blocks += [Paragraph(self._entry(support, value.on, marks)) for support in value.supports]
        if facts := "".join(self._facts(documents)):
            blocks.append(Paragraph(self._say("policy.differs_only_facts", facts=facts)))
        issuers = dict.fromkeys(document.issuer or self._say("policy.issuer_unknown") for document in documents)
        closing = (Paragraph(self._say("policy.differs_next", issuers="、".join(issuers))),)
        return Draft(Status.ANSWERED, tuple(blocks), closing, suggestions=(self._say("policy.ask_status"),))

    def _entry(self, support: Support, on: date, marks: Marks) -> str:
        document = support.document
        facts = [document.number] if document.number else []
        if document.issued is not None:
            facts.append(self._say("policy.differs_issued", issued=spoken(document.issued)))
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
