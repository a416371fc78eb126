"""The tools that answer from the documents, and the phrasers of what they find."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from bot.assistant.cards.desk import CardDesk
from bot.assistant.cards.findings import CardFinding
from bot.assistant.cards.phrasing import CardPhrasing
from bot.assistant.cards.reading import load_card_reading
from bot.assistant.composer import Phraser
from bot.assistant.library_desk import Beside, LibraryDesk, card_evidence
from bot.assistant.marks import Marks
from bot.assistant.policy.answering import Found, Language, PolicyDesk
from bot.assistant.policy.as_of import day_to_judge
from bot.assistant.policy.decision import Decisions, load_decisions
from bot.assistant.policy.findings import DocumentStatus, Outline, PolicyFinding, Support, WholeClauses
from bot.assistant.policy.lexicon import load_lexicon
from bot.assistant.policy.phrasing import PolicyPhrasing
from bot.assistant.policy.question_kinds import load_question_kinds
from bot.assistant.policy.question_types import load_question_types
from bot.assistant.policy.reading import Reader
from bot.assistant.policy.scope import load_scope
from bot.assistant.policy.standing_words import spoken
from bot.assistant.toolbox import Circumstances, Tool
from bot.assistant.types import Draft, Evidence, Outcome, Paragraph, Question, Status
from knowledge.card_library import CardLibrary
from knowledge.types import DatedLibrary, Document, Library
from prompts import Wording
from retrieval.errors import EncoderUnavailableError, RetrievalError
from retrieval.types import PolicySearch


class SearchPolicy(BaseModel):
    """A question to the documents."""

    question: str = Field(description="完整的问题，用提问者的原话", min_length=1, max_length=2000)
    carried: str = Field(default="", description="同一问题补上上一问的事项；单独问找不到时用", max_length=2000)
    as_of: date | None = Field(default=None, description="按哪一天判断文件是否有效，默认今天")


class AskDocumentStatus(BaseModel):
    """Which document's standing is asked for."""

    doc_id: str | None = Field(default=None, description="文件编号；不知道时留空")
    question: str = Field(default="", description="提问者的原话，用来判断问的是哪份文件的哪方面", max_length=2000)
    as_of: date | None = Field(default=None, description="按哪一天判断，默认今天")


def policy_language(decisions: Decisions | None = None) -> Language:
    """The language files shipped with the program; ``decisions`` stand in for the calibrated ones.

    Raises:
        bot.assistant.policy.lexicon.LexiconError: one of them is malformed.
    """
    types = load_question_types()
    reader = Reader(load_lexicon(), types)
    return Language(reader, types, load_scope(), decisions or load_decisions(), load_question_kinds())


def policy_tools(search: PolicySearch, library: DatedLibrary, cards: CardLibrary, wording: Wording) -> list[Tool[Any]]:
    """``search_policy`` and ``document_status`` over one search, its library and the cards."""
    language = policy_language()
    desk = PolicyDesk(search, library, language)
    whole = LibraryDesk(desk, CardDesk(cards, load_card_reading(), language.reader))
    return [
        Tool(
            "search_policy",
            wording.say("policy.tool_search_policy"),
            SearchPolicy,
            lambda arguments, here: _asked(whole, wording, arguments, here.today),
        ),
        Tool(
            "read_clauses",
            wording.say("policy.tool_read_clauses"),
            SearchPolicy,
            lambda arguments, here: _outcome(desk.whole_clauses(arguments.question, arguments.as_of or here.today)),
        ),
        Tool(
            "document_status",
            wording.say("policy.tool_document_status"),
            AskDocumentStatus,
            lambda arguments, here: _status(desk, library, wording, arguments, here),
        ),
    ]


def policy_phrasers(wording: Wording) -> Mapping[type, Phraser]:
    """What puts the policy tools' values into words."""
    documents = {value: _dated(phraser, wording) for value, phraser in PolicyPhrasing(wording).phrasers().items()}
    return {**documents, **CardPhrasing(wording, documents).phrasers()}


def _dated(phraser: Phraser, wording: Wording) -> Phraser:
    """A phraser that says on which day documents were judged, where that is not today and it does not say so itself."""

    def phrase(value: Found, question: Question, marks: Marks) -> Draft:
        draft = phraser(value, question, marks)
        if value.on == question.today or isinstance(value, DocumentStatus) or not draft.blocks:
            return draft
        said = Paragraph(wording.say("policy.status_dated", day=spoken(value.on)))
        return replace(draft, blocks=(draft.blocks[0], said, *draft.blocks[1:]))

    return phrase


def _asked(desk: LibraryDesk, wording: Wording, arguments: SearchPolicy, today: date) -> Outcome:
    question, on = (arguments.question, arguments.as_of) if arguments.as_of else day_to_judge(arguments.question)
    try:
        return _outcome(desk.answer(question, on or today, arguments.carried))
    except EncoderUnavailableError:
        return Outcome(status=Status.ERROR, message=wording.say("policy.encoder_unusable"))
    except RetrievalError as error:
        return Outcome(status=Status.ERROR, message=wording.say("policy.index_unusable", remedy=error.remedy))


def _status(
    desk: PolicyDesk, library: Library, wording: Wording, arguments: AskDocumentStatus, here: Circumstances
) -> Outcome:
    document = library.document(arguments.doc_id) if arguments.doc_id else None
    if arguments.doc_id and document is None:
        return Outcome(status=Status.NOT_FOUND, message=wording.say("policy.no_document", doc_id=arguments.doc_id))
    on = arguments.as_of or here.today
    return _outcome(desk.standing(arguments.question, document, on))


def _outcome(found: Found | CardFinding | Beside) -> Outcome:
    status = Status.ANSWERED if _says_what_was_asked(found) else Status.NOT_FOUND
    return Outcome(value=found, evidence=tuple(_evidence(found)), status=status)


def _says_what_was_asked(found: Found | CardFinding | Beside) -> bool:
    if isinstance(found, Beside):
        return _says_what_was_asked(found.documents)
    return found.answered if isinstance(found, PolicyFinding | DocumentStatus | CardFinding) else True


def _evidence(found: Found | CardFinding | Beside) -> Iterable[Evidence]:
    match found:
        case CardFinding():
            yield from card_evidence(found)
        case Beside():
            yield from _evidence(found.documents)
            yield from card_evidence(found.cards)
        case PolicyFinding() | WholeClauses():
            yield Evidence("question", f"{found.question} {spoken(found.on)}")
            for support in found.supports if isinstance(found, PolicyFinding) else found.clauses:
                yield from _support_evidence(support)
        case Outline():
            yield from document_evidence(found.document)
            yield Evidence("question", spoken(found.on))
            yield Evidence("clause", "\n".join((found.heading, *(part.label for part in found.parts))))
            if found.successor is not None:
                yield from document_evidence(found.successor)
        case DocumentStatus():
            yield from document_evidence(found.document)
            yield Evidence("question", f"{found.on.isoformat()} {spoken(found.on)}")
            if found.successor is not None:
                yield from document_evidence(found.successor)
            for other in found.others:
                yield from _evidence(other)


def _support_evidence(support: Support) -> Iterable[Evidence]:
    path = "".join(support.clause.path)
    header = support.words(support.header) + "\n" if support.header else ""
    yield Evidence("clause", f"{path}\n{header}{support.words(support.sentence)}")
    yield from document_evidence(support.document)
    if support.successor is not None:
        yield from document_evidence(support.successor)


def document_evidence(document: Document) -> Iterable[Evidence]:
    """What may be said of a document itself: title, number, issuer, region and days."""
    days = [day for day in (document.issued, document.effective, document.expires) if day is not None]
    dates = " ".join(f"{day.isoformat()} {spoken(day)}" for day in days)
    others = (document.replaced_by, document.repealed_by, *document.amended_by, *document.amends, *document.replaces)
    related = " ".join((*others, *document.repeals, *document.implements))
    facts = f"{document.number} {document.issuer} {document.region} {dates} {related}"
    yield Evidence("document", f"《{document.title}》{facts}")
