"""The story of an answer: read the question, let an engine draft, keep only what the evidence bears out."""

from __future__ import annotations

import logging
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot.assistant.composer import Composer
from bot.assistant.conversation import Conversations, Turn
from bot.assistant.courtesies import Courtesies
from bot.assistant.explaining import calls_behind
from bot.assistant.grounding import Grounding
from bot.assistant.mentions import with_mentions
from bot.assistant.planner import Planner
from bot.assistant.refusals import RefusedQuestions, refused
from bot.assistant.removals import CITED, RemovedSources
from bot.assistant.rendering import plain_text
from bot.assistant.toolbox import Circumstances, Toolbox
from bot.assistant.types import Answer, Draft, Paragraph, Question, Status, ToolResult
from prompts import Wording

LONGEST_QUESTION = 2000
"""Characters; a longer text is a document, not a question."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft with what it rests on and what to remember for follow-up questions.

    Args:
        draft: the answer, not verified yet.
        results: the tool results that are to prove it.
        state: JSON-serialisable memory for follow-up questions.
        engine: who had the last word, where that is not the engine asked; empty otherwise.
    """

    draft: Draft
    results: tuple[ToolResult, ...] = ()
    state: Mapping[str, Any] = field(default_factory=dict)
    engine: str = ""


Meanwhile = Callable[[Drafted], None]
"""Told of a draft that would do, while the engine is still at work on a better wording of it."""


def untold(_drafted: Drafted) -> None:
    """Nobody waits to be told."""


class Engine(Protocol):
    """Drafts an answer; what it writes is not trusted until grounding has seen it."""

    @property
    def name(self) -> str:
        """``offline``, or the name of the language model."""

    def draft(self, question: Question, history: Sequence[Turn], meanwhile: Meanwhile = untold) -> Drafted:
        """A draft with the tool results that are to prove it; an engine that takes long says what stands meanwhile."""


class RuleEngine:
    """The offline engine: plan by rules, run, compose from the results."""

    name = "offline"

    def __init__(self, planner: Planner, toolbox: Toolbox, composer: Composer) -> None:
        self._planner = planner
        self._toolbox = toolbox
        self._composer = composer

    def draft(self, question: Question, history: Sequence[Turn], _meanwhile: Meanwhile = untold) -> Drafted:
        """Plan, run and compose."""
        plan = self._planner.plan(question, history)
        if not plan.calls:
            draft = Draft(plan.status, (Paragraph(plan.message),), suggestions=plan.suggestions, options=plan.options)
            return Drafted(draft, state=plan.state)
        circumstances = Circumstances(question.principal, question.today)
        results = tuple(self._toolbox.run(call, circumstances) for call in plan.calls)
        draft = self._composer.compose(question, results)
        if plan.message:
            draft = replace(draft, blocks=(*draft.blocks, Paragraph(plan.message)))
        return Drafted(draft, results, with_mentions(plan.state, results))


class Assistant:
    """Answers questions; thread-safe, synchronous, never raises for anything a person typed.

    Args:
        engine: drafts.
        conversations: remembers turns.
        grounding: removes what no evidence bears out.
        wording: messages of its own.
        refusals: where questions without an answer are noted; nowhere where left out.
        removed: says that the sources a message leans on are gone; nothing is looked up where left out.
    """

    def __init__(
        self,
        engine: Engine,
        conversations: Conversations,
        grounding: Grounding,
        wording: Wording,
        refusals: RefusedQuestions | None = None,
        removed: RemovedSources | None = None,
    ) -> None:
        self._removed = removed
        self._refusals = refusals
        self._engine = engine
        self._conversations = conversations
        self._grounding = grounding
        self._wording = wording
        self._courtesies = Courtesies.load()

    def answer(self, question: Question, meanwhile: Callable[[Answer], None] | None = None) -> Answer:
        """The verified answer to a question; its turn is remembered where the question has a session.

        Args:
            question: what is asked.
            meanwhile: told of an answer, just as verified, that stands while a better wording of it is sought.
        """
        started = time.perf_counter()
        cleaned = replace(question, text=self._courtesies.without(_readable(question.text)))
        courtesy = self._courteous(cleaned)
        if courtesy is not None:
            # Nothing to remember: the next question follows up on what was asked before.
            return self._verified(question, cleaned, courtesy, started)

        def tell(drafted: Drafted) -> None:
            if meanwhile is None:
                return
            try:
                meanwhile(self._verified(question, cleaned, drafted, started))
            except Exception:
                # What is shown for a moment must not cost the answer itself.
                _log.exception("nothing shown meanwhile")

        drafted = self._unreadable(cleaned) or self._drafted(cleaned, tell)
        answer = self._verified(question, cleaned, drafted, started)
        cited = list(dict.fromkeys(citation.doc_id for citation in answer.citations))
        self._remember(cleaned, answer, {**drafted.state, CITED: cited} if cited else drafted.state)
        if not question.tentative:
            self._note(answer)
        return answer

    def _verified(self, question: Question, cleaned: Question, drafted: Drafted, started: float) -> Answer:
        draft = self._grounding.verify(drafted.draft, drafted.results, cleaned)
        return Answer(
            question=question.text,
            status=draft.status,
            blocks=draft.blocks,
            citations=draft.citations,
            figures=draft.figures,
            tool_calls=drafted.results,
            attachments=draft.attachments,
            suggestions=draft.suggestions,
            options=draft.options,
            engine=drafted.engine or self._engine.name,
            elapsed_ms=(time.perf_counter() - started) * 1000,
        )

    def _drafted(self, question: Question, meanwhile: Meanwhile) -> Drafted:
        try:
            history = self._conversations.turns(question.session)
            gone = self._removed.notice(question.text, history) if self._removed else ""
            if gone:
                return Drafted(Draft(Status.NOT_FOUND, (Paragraph(gone),)), state=history[-1].state)
            return self._engine.draft(question, history, meanwhile)
        except Exception:
            # The last line of defence: whatever broke is in the log, the person gets a sentence and a next step.
            _log.exception("no draft for a question of %d characters", len(question.text))
            return Drafted(Draft(Status.ERROR, (Paragraph(self._wording.say("assistant.failed")),)))

    def _courteous(self, question: Question) -> Drafted | None:
        """The reply to thanks, assent or a farewell; None for whatever asks or answers something."""
        if not self._courtesies.kind(question.text):
            return None
        try:
            history = self._conversations.turns(question.session)
        except Exception:
            _log.exception("courtesy without its conversation")
            history = ()
        reply = self._courtesies.reply(question.text, history[-1] if history else None)
        return Drafted(Draft(Status.NOT_FOUND, (Paragraph(reply),))) if reply else None

    def _unreadable(self, question: Question) -> Drafted | None:
        if len(question.text) > LONGEST_QUESTION:
            message = self._wording.say("assistant.too_long", limit=LONGEST_QUESTION)
        elif not any(character.isalnum() for character in question.text):
            message = self._wording.say("assistant.empty")
        else:
            return None
        examples = tuple(self._wording.say("assistant.examples").splitlines())
        return Drafted(Draft(Status.CLARIFY, (Paragraph(message),), options=examples))

    def _remember(self, question: Question, answer: Answer, state: Mapping[str, Any]) -> None:
        if not question.session:
            return
        kept = {**state, "calls": calls_behind(answer.tool_calls) or state.get("calls", [])}
        turn = Turn(question.text, plain_text(answer.blocks), answer.status.value, kept)
        try:
            self._conversations.append(question.session, turn)
        except Exception:
            # Losing the memory of a turn must not lose the answer that is already written.
            _log.exception("turn not remembered")

    def _note(self, answer: Answer) -> None:
        refusal = refused(answer) if self._refusals else None
        if self._refusals is None or refusal is None:
            return
        try:
            self._refusals.note(refusal)
        except Exception:
            # A list for the operator must not cost the person the answer.
            _log.exception("refused question not noted")


def _readable(text: str) -> str:
    """The text without control, private-use and unassigned characters, white space collapsed."""
    kept = (c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join("".join(kept).split())
