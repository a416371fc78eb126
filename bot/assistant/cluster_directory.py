"""Which clusters there are: the specialist for such questions, the tool that looks them up, and the words for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.assistant.composer import Phraser
from bot.assistant.marks import Marks
from bot.assistant.policy.standing_words import spoken
from bot.assistant.policy_tools import document_evidence
from bot.assistant.specialists import Memory, PartPlan
from bot.assistant.toolbox import Circumstances, Tool
from bot.assistant.types import Block, Draft, Evidence, Outcome, Paragraph, Question, Quote, Status, Table, ToolCall
from knowledge.types import Library
from prompts import Wording
from stats_tools.cluster_directory import Directory, DirectoryQuery, Registered, look_up
from stats_tools.registry import Batch, Registry
from stats_tools.understanding.directory import DirectoryReader

_TOOL = "list_clusters"
_MOST_IN_A_SENTENCE = 8
_FROM_A_DOCUMENT = ("种子",)
_CONFIDENCE = {"种子": "confidence_plan", "见A": "confidence_official", "见B": "confidence_media"}


class DirectorySpecialist:
    """Claims questions to the register of clusters, and what follows on them."""

    name = "directory"

    def __init__(self, reader: DirectoryReader) -> None:
        self._reader = reader

    def plan(self, part: str, _question: Question, memory: Memory) -> PartPlan | None:
        """One look-up; None where the part asks for anything besides."""
        query = self._reader.read(part)
        if query is None and memory.is_latest:
            query = self._reader.read_follow_up(part, DirectoryQuery.model_validate(memory.state))
        if query is None:
            return None
        call = ToolCall(_TOOL, query.model_dump(mode="json", exclude_defaults=True))
        subject = f"{query.batch}省级集群" if query.batch else ""
        return PartPlan((call,), state=query.model_dump(mode="json"), subject=subject)


class DirectoryWords:
    """Says what the register holds.

    Args:
        registry: for the words of levels.
        wording: the messages, topic ``directory``.
    """

    def __init__(self, registry: Registry, wording: Wording) -> None:
        self._registry = registry
        self._wording = wording

    def answer(self, value: Directory, mark: Callable[[Batch], str]) -> list[str]:
        """The answer in sentences; ``mark`` gives the citation mark of a batch that a document names."""
        if value.counts_alone:
            batches = ({"batch": b.batch, "count": b.names_unknown, "mark": mark(b)} for b in value.unnamed)
            return [self._say("batch_counted", **facts) for facts in batches]
        if not value.found:
            return [self._denial(value, mark), *self._instead(value)]
        if value.query.describes:
            return [self._described(value.query, each, mark) for each in value.found]
        return [self._listed(value, level, mark) for level in _levels(value.found)]

    def table(self, found: Sequence[Registered]) -> Table:
        """The clusters a line each."""
        headers = tuple(self._say(f"header_{name}") for name in ("name", "city", "sector", "batch"))
        rows = ((e.cluster.short_name, e.cluster.city, e.cluster.sector, e.batch.batch) for e in found)
        return Table(headers, tuple(rows))

    def remarks(self, value: Directory, mark: Callable[[Batch], str]) -> list[str]:
        """What is missing from the register, where it is from, and what to do next."""
        shown = dict.fromkeys(each.batch.batch for each in (*value.found, *value.elsewhere))
        batches = [batch for batch in self._registry.batches if batch.batch in shown]
        lines = [] if value.query.describes and value.found else self._unnamed(value, mark)
        if batches:
            lines.append(self._say("source", sources="；".join(self._source(batch, mark) for batch in batches)))
        if any(batch.confidence not in _FROM_A_DOCUMENT for batch in batches):
            lines.append(self._say("summary"))
        return [*lines, self._say("next")]

    def _unnamed(self, value: Directory, mark: Callable[[Batch], str]) -> list[str]:
        if not value.unnamed or value.counts_alone:
            return []
        batches = (
            self._say("unnamed_batch", batch=batch.batch, count=batch.names_unknown, mark=mark(batch))
            for batch in value.unnamed
        )
        lines = [self._say("unnamed", batches="、".join(batches))]
        if value.found and not (value.query.cities or value.query.sectors or value.query.clusters):
            count = sum(batch.names_unknown for batch in value.unnamed)
            lines.append(self._say("altogether", unnamed=count, count=count + len(value.found)))
        return lines

    def suggestions(self, value: Directory) -> tuple[str, ...]:
        """Questions that go on from here."""
        found = value.found or value.elsewhere
        if not found:
            return ()
        first = found[0].cluster
        return self._say("ask_revenue", name=first.short_name), self._say("ask_city", city=first.city)

    def _listed(self, value: Directory, level: str, mark: Callable[[Batch], str]) -> str:
        found = [each for each in value.found if each.batch.level == level]
        facts = {
            "scope": self._scope(value.query),
            "level": self._registry.level_name(level),
            "count": len(found),
            "mark": "".join(dict.fromkeys(mark(each.batch) for each in found)),
        }
        if len(value.found) > _MOST_IN_A_SENTENCE:
            return self._say("found_table", **facts)
        return self._say("found", names="、".join(each.cluster.short_name for each in found), **facts)

    def _described(self, query: DirectoryQuery, each: Registered, mark: Callable[[Batch], str]) -> str:
        level = self._registry.level_name(each.batch.level)
        told = self._say(
            "entry",
            name=each.cluster.short_name,
            level=level,
            batch=each.batch.batch,
            announced=_month(each.batch.announced),
            place=each.cluster.city,
            sector=each.cluster.sector,
            mark=mark(each.batch),
        )
        if not query.level:
            return told
        if query.level == each.batch.level:
            return self._say("is_level", level=level) + told
        return self._say("is_not_level", asked=self._registry.level_name(query.level), level=level) + told

    def _denial(self, value: Directory, mark: Callable[[Batch], str]) -> str:
        level = value.query.level
        facts = {
            "scope": self._scope(value.query),
            "level": self._registry.level_name(level) if level else self._say("level_any"),
        }
        if value.is_certain:
            marks = "".join(dict.fromkeys(mark(batch) for batch in self._registry.batches if batch.level == level))
            return self._say("none", mark=marks, **facts)
        return self._say("none_known", **facts)

    def _instead(self, value: Directory) -> Iterable[str]:
        scope = self._scope(value.query)
        for level in _levels(value.elsewhere):
            names = "、".join(each.cluster.short_name for each in value.elsewhere if each.batch.level == level)
            yield self._say("instead", scope=scope, level=self._registry.level_name(level), names=names)

    def _scope(self, query: DirectoryQuery) -> str:
        return "、".join((*query.cities, *query.sectors)) + query.batch or self._say("scope_all")

    def _source(self, batch: Batch, mark: Callable[[Batch], str]) -> str:
        if mark(batch):
            return self._say("source_cited", batch=batch.batch, mark=mark(batch))
        return self._say(
            "source_batch",
            batch=batch.batch,
            announced=_month(batch.announced),
            address=batch.source,
            seen=_month(batch.source_date),
            confidence=self._say(_CONFIDENCE[batch.confidence]),
        )

    def _say(self, key: str, **facts: object) -> str:
        return self._wording.say(f"directory.{key}", **facts)


def _month(said: str) -> str:
    """``2022-03`` as it is spoken."""
    year, _, month = said.partition("-")
    return f"{year}年{int(month)}月" if month else f"{year}年"


def _levels(found: Iterable[Registered]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.batch.level for each in found))


class DirectoryPhrasing:
    """Writes the draft of a look-up."""

    def __init__(self, words: DirectoryWords, wording: Wording) -> None:
        self._words = words
        self._wording = wording

    def draft(self, value: Directory, _question: Question, marks: Marks) -> Draft:
        """The answer, whether the document behind it still binds, the words of the document, the remarks."""

        def mark(batch: Batch) -> str:
            named = batch.named_in
            return f"[{marks.cite_words(named.doc_id, named.quote).n}]" if named else ""

        lines, remarks = self._words.answer(value, mark), self._words.remarks(value, mark)
        blocks: list[Block] = [Paragraph("\n".join([*lines, *self._standing(marks)]))]
        if len(value.found) > _MOST_IN_A_SENTENCE:
            blocks.append(self._words.table(value.found))
        blocks += [Quote(citation.n, citation.quote) for citation in marks.citations]
        blocks.append(Paragraph("\n".join(remarks)))
        return Draft(_status(value), tuple(blocks), suggestions=self._words.suggestions(value))

    def _standing(self, marks: Marks) -> Iterable[str]:
        for citation in marks.citations:
            if not citation.in_force and citation.expires is not None:
                paper, expires = citation.doc_number or citation.title, spoken(citation.expires)
                yield self._wording.say("directory.plan_expired", paper=paper, expires=expires)


def _status(value: Directory) -> Status:
    answered = value.found or value.elsewhere or value.is_certain or value.counts_alone
    return Status.ANSWERED if answered else Status.NOT_FOUND


def directory_tools(registry: Registry, library: Library, wording: Wording) -> list[Tool[DirectoryQuery]]:
    """``list_clusters`` over a register; ``library`` holds the documents that name its batches."""
    words = DirectoryWords(registry, wording)
    named_in = dict.fromkeys(batch.named_in.doc_id for batch in registry.batches if batch.named_in)
    papers = [document for document in map(library.document, named_in) if document is not None]

    def run(query: DirectoryQuery, _here: Circumstances) -> Outcome:
        value = look_up(query, registry)
        lines = [*words.answer(value, _unmarked), *words.remarks(value, _unmarked)]
        rows = [" ".join(row) for row in words.table((*value.found, *value.elsewhere)).rows]
        registered = Evidence("registry", "\n".join([*lines, *rows]))
        evidence = (registered, *(each for paper in papers for each in document_evidence(paper)))
        return Outcome(value, evidence, _status(value))

    return [Tool(_TOOL, wording.say("directory.tool"), DirectoryQuery, run)]


def _unmarked(_batch: Batch) -> str:
    return ""


def directory_phrasers(registry: Registry, wording: Wording) -> Mapping[type, Phraser]:
    """What puts a look-up into words."""
    return {Directory: DirectoryPhrasing(DirectoryWords(registry, wording), wording).draft}
