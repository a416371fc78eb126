"""What cards say, in words: visibly a summary, with sources, what is not known, and 以当年申报通知为准 at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.assistant.cards.desk import AUTHORITY
from bot.assistant.cards.findings import CardFact, CardFinding, CardPart
from bot.assistant.composer import Phraser
from bot.assistant.library_desk import Beside
from bot.assistant.marks import Marks
from bot.assistant.policy.phrasing import LONGEST_ANSWER
from bot.assistant.policy.standing_words import spoken
from bot.assistant.rendering import plain_text
from bot.assistant.types import Block, Draft, Paragraph, Question, Status, Table
from knowledge.card_library import WrittenCard, period_words
from knowledge.cards import SEED, card_words
from knowledge.sentences import Span
from prompts import Wording

_CONFIDENCE = {"种子": "cards.confidence_seed", "见A": "cards.confidence_a", "见B": "cards.confidence_b"}
_MOST_SUGGESTED, _MOST_IN_CELL, _MOST_FURTHER, _MOST_TOPICS = 3, 3, 2, 2


class CardPhrasing:
    """Writes the drafts of card findings.

    Args:
        wording: the messages.
        documents: what writes the findings in documents that cards stand beside.
    """

    def __init__(self, wording: Wording, documents: Mapping[type, Phraser]) -> None:
        self._say = wording.say
        self._documents = documents
        self._topics = card_words().topics

    def phrasers(self) -> Mapping[type, Phraser]:
        """The value type with what writes it."""
        return {CardFinding: self.finding, Beside: self.beside}

    def beside(self, value: Beside, question: Question, marks: Marks) -> Draft:
        """The answer of the documents, then what the cards state in more than one way, or what they do not know."""
        draft = self._documents[type(value.documents)](value.documents, question, marks)
        added = [*self._further(value.cards, marks)]
        added += [self._disputed(matter, entries, marks) for matter, entries in value.cards.disputed]
        closing = draft.closing if added else ()
        if not added:
            added = [block for part in value.cards.parts for block in self._gaps(part, marks)]
        return replace(draft, blocks=(*draft.blocks, *added), closing=(*closing, self._next(value.cards)))

    def _further(self, value: CardFinding, marks: Marks) -> Iterator[Block]:
        """What cards know beside the documents, in few words."""
        if facts := value.adds[:_MOST_FURTHER]:
            said = "；".join(
                entry.fact.text.rstrip("。") + _fact_mark(entry, marks) + self._standing(entry, value)
                for entry in facts
            )
            yield Paragraph(self._say("cards.further", facts=said))
            yield from self._cautions(value.parts)
            yield from self._sources(facts, marks)

    def finding(self, value: CardFinding, question: Question, marks: Marks) -> Draft:
        """An answer out of cards, or a refusal with what they do say."""
        if value.comparing and value.answered:
            blocks = self._side_by_side(value, marks)
        else:
            blocks = [block for part in value.parts for block in self._part(part, value, marks)]
        blocks[1:1] = self._cautions(value.parts)
        if value.on != question.today:
            blocks.insert(1, Paragraph(self._say("policy.status_on", day=spoken(value.on))))
        blocks += self._sources(_shown(value), marks)
        status = Status.ANSWERED if value.answered else Status.NOT_FOUND
        return Draft(
            status, tuple(blocks), (self._next(value),), suggestions=tuple(self._asks(value.parts))[:_MOST_SUGGESTED]
        )

    def _next(self, value: CardFinding) -> Paragraph:
        authorities = dict.fromkeys(part.card.card.authority for part in value.parts)
        return Paragraph(self._say("cards.next", authority="、".join(authorities)))

    def _part(self, part: CardPart, value: CardFinding, marks: Marks) -> list[Block]:
        if not part.answered:
            return self._unanswered(part, value, marks)
        disputed = {entry.fact for _, entries in value.disputed for entry in entries}
        plain = [entry for entry in part.facts if entry.fact not in disputed]
        blocks: list[Block] = []
        if part.authority is not None:
            line = part.authority.of(part.card.document.text)
            blocks.append(self._one(line, _mark(part.card, part.authority, marks), ""))
        elif len(plain) == 1:
            blocks.append(self._one(plain[0].fact.text, _fact_mark(plain[0], marks), self._standing(plain[0], value)))
        elif plain:
            blocks.append(Paragraph(self._heading(part)))
            blocks += self._entries(plain, value, marks)
        for matter, entries in value.disputed:
            if any(entry.fact.matter == matter for entry in part.facts):
                blocks.append(self._disputed(matter, entries, marks))
        if part.unplaced:
            blocks.append(Paragraph(self._say("cards.unplaced", place=part.unplaced)))
        return [*blocks, *self._gaps(part, marks)]

    def _one(self, words: str, mark: str, standing: str) -> Paragraph:
        return Paragraph(self._say("cards.lead_one", fact=words.rstrip("。"), mark=mark, standing=standing))

    def _heading(self, part: CardPart) -> str:
        title = part.card.card.title
        if not part.topics:
            return self._say("cards.lead_whole", title=title)
        return self._say("cards.lead_many", title=title, topics=self._named(part.topics))

    def _entries(self, facts: Sequence[CardFact], value: CardFinding, marks: Marks) -> Iterator[Block]:
        room = LONGEST_ANSWER // 2
        for number, entry in enumerate(facts, 1):
            said = {"fact": entry.fact.text.rstrip("。"), "mark": _fact_mark(entry, marks)}
            block = Paragraph(self._say("cards.entry", number=number, standing=self._standing(entry, value), **said))
            room -= len(plain_text([block]))
            if room < 0 and number > 1:
                return
            yield block

    def _unanswered(self, part: CardPart, value: CardFinding, marks: Marks) -> list[Block]:
        title = part.card.card.title
        named = 0 < len(part.topics) <= _MOST_TOPICS
        key, topics = ("refusal_topics", {"topics": self._named(part.topics)}) if named else ("refusal", {})
        blocks: list[Block] = [Paragraph(self._say(f"cards.{key}", title=title, **topics)), *self._gaps(part, marks)]
        if (nearest := part.nearest) is not None:
            said = {"fact": nearest.fact.text.rstrip("。"), "mark": _fact_mark(nearest, marks)}
            blocks.append(Paragraph(self._say("cards.nearest", standing=self._standing(nearest, value), **said)))
        elif known := dict.fromkeys(fact.topic for fact in part.card.card.facts):
            blocks.append(Paragraph(self._say("cards.known", topics=self._named(known))))
        return blocks

    def _gaps(self, part: CardPart, marks: Marks) -> list[Block]:
        said = (
            self._say("cards.gap", gap=gap.of(part.card.document.text).rstrip("。"), mark=_mark(part.card, gap, marks))
            for gap in part.gaps
        )
        return [Paragraph(words)] if (words := "".join(said)) else []

    def _standing(self, entry: CardFact, value: CardFinding) -> str:
        """That a fact no longer holds, or not yet, on the day."""
        if entry.fact.until and entry.fact.until < value.on:
            return self._say("cards.over", until=spoken(entry.fact.until))
        if entry.fact.start and entry.fact.start > value.on:
            return self._say("cards.not_yet", start=spoken(entry.fact.start))
        return ""

    def _cautions(self, parts: Iterable[CardPart]) -> list[Block]:
        cautions = dict.fromkeys(part.card.card.caution for part in parts if part.card.card.caution)
        return [Paragraph(self._say("cards.caution", caution=caution)) for caution in cautions]

    def _sources(self, shown: Iterable[CardFact], marks: Marks) -> list[Block]:
        """Each source once, with the facts that were seen there."""
        groups: dict[tuple[str, ...], list[CardFact]] = {}
        for entry in shown:
            fact = entry.fact
            groups.setdefault((fact.source, fact.confidence, fact.seen.isoformat()), []).append(entry)
        return [
            Paragraph(
                self._say(
                    "cards.source",
                    source=self._source(source),
                    confidence=self._say(_CONFIDENCE[confidence]),
                    seen=seen,
                    validity="、".join(dict.fromkeys(period_words(entry.fact) for entry in entries)),
                    marks="".join(_fact_mark(entry, marks) for entry in entries),
                )
            )
            for (source, confidence, seen), entries in groups.items()
        ]

    def _disputed(self, matter: str, entries: Sequence[CardFact], marks: Marks) -> Table:
        headers = ("column_statement", "column_source", "column_seen", "column_validity")
        rows = tuple(
            (
                entry.fact.text.rstrip("。") + _fact_mark(entry, marks),
                self._source(entry.fact.source),
                f"{entry.fact.confidence} {entry.fact.seen.isoformat()}",
                period_words(entry.fact),
            )
            for entry in entries
        )
        caption = self._say("cards.disputed", matter=matter)
        return Table(tuple(self._say(f"cards.{header}") for header in headers), rows, caption)

    def _side_by_side(self, value: CardFinding, marks: Marks) -> list[Block]:
        parts = value.parts
        titles = tuple(part.card.card.title for part in parts)
        rows = [(self._say("cards.row_authority"), *(part.card.card.authority for part in parts))]
        for topic, label in self._topics.items():
            cells = tuple(self._cell(part, topic, value, marks) for part in parts)
            if any(cells):
                rows.append((label, *(cell or self._say("cards.unknown_cell") for cell in cells)))
        table = Table((self._say("cards.column_aspect"), *titles), tuple(rows))
        lead = [Paragraph(self._say("cards.no_preference"))] if value.preferring else []
        return [*lead, Paragraph(self._say("cards.side_by_side")), table]

    def _cell(self, part: CardPart, topic: str, value: CardFinding, marks: Marks) -> str:
        said = (
            entry.fact.text.rstrip("。") + self._standing(entry, value) + _fact_mark(entry, marks)
            for entry in _compared(part, topic)
        )
        return "；".join(said)

    def _asks(self, parts: Iterable[CardPart]) -> Iterator[str]:
        for part in parts:
            shown = {entry.fact.id for entry in part.facts}
            others = dict.fromkeys(fact.topic for fact in part.card.card.facts if fact.id not in shown)
            for topic in others:
                if topic not in part.topics:
                    yield self._say(f"cards.ask_{topic}", term=part.card.card.terms[0])

    def _named(self, topics: Iterable[str]) -> str:
        return "、".join(self._topics[topic] for topic in topics)

    def _source(self, source: str) -> str:
        return self._say("cards.seed") if source == SEED else source


def _shown(value: CardFinding) -> Iterator[CardFact]:
    """The facts that stand in the answer outside of tables of disputed ones, which name their sources."""
    disputed = {entry.fact for _, entries in value.disputed for entry in entries}
    for part in value.parts:
        if value.comparing and value.answered:
            for topic in card_words().topics:
                yield from _compared(part, topic)
            continue
        yield from (entry for entry in part.facts if entry.fact not in disputed)
        if not part.answered and part.nearest is not None:
            yield part.nearest


def _compared(part: CardPart, topic: str) -> list[CardFact]:
    """The facts of a card that stand in one cell; who is responsible has a row of its own."""
    most = _MOST_IN_CELL if topic in part.topics else 1
    return [entry for entry in part.facts if entry.fact.topic == topic != AUTHORITY][:most]


def _fact_mark(entry: CardFact, marks: Marks) -> str:
    return _mark(entry.card, entry.sourced, marks)


def _mark(card: WrittenCard, span: Span, marks: Marks) -> str:
    return f"[{marks.cite(card.card.id, span.start, span.end).n}]"
