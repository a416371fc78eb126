"""The engine with a language model: it may look for more evidence and may word the answer, never decide the facts.

The offline engine answers first.  The model is then given the same tools to complete what the rules found, or to look
where they found nothing; the composer writes the extractive draft from all results; and in a fresh prompt without tools
the model rewords that draft's paragraphs.  A rewording is taken only where grounding and fidelity leave every fact in
place.  Whatever fails on the way, the extractive draft stands.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.assistant.agent_fidelity import Fidelity
from bot.assistant.agent_model import LanguageModel, ModelUnavailableError
from bot.assistant.agent_rewording import Editor
from bot.assistant.composer import Composer
from bot.assistant.conversation import Turn
from bot.assistant.engine import Drafted, Engine
from bot.assistant.grounding import Grounding
from bot.assistant.toolbox import Circumstances, Toolbox
from bot.assistant.types import Paragraph, Question, Status, ToolResult
from prompts import Wording

EARLIER_QUESTIONS = 3
"""Questions of the conversation that the model sees, so that it understands what "那青岛呢" refers to."""
_log = logging.getLogger(__name__)


class LanguageModelEngine:
    """Rules first, a language model on top.

    Args:
        offline: the engine whose answer stands wherever the model has nothing better.
        toolbox: the same tools the offline engine uses.
        composer: the same composer.
        grounding: the same verification.
        wording: prompts and messages.
        model: the language model.
    """

    def __init__(
        self,
        offline: Engine,
        toolbox: Toolbox,
        composer: Composer,
        grounding: Grounding,
        wording: Wording,
        model: LanguageModel,
    ) -> None:
        self._offline = offline
        self._toolbox = toolbox
        self._composer = composer
        self._wording = wording
        self._model = model
        self._editor = Editor(model, Fidelity.load(), grounding, wording)

    @property
    def name(self) -> str:
        """The name of the language model."""
        return self._model.name

    def draft(self, question: Question, history: Sequence[Turn]) -> Drafted:
        """The offline draft, completed and reworded by the model where that leaves its facts in place.

        A question back and a refusal of access are not the model's to overrule.
        """
        offline = replace(self._offline.draft(question, history), engine=self._offline.name)
        if offline.draft.status not in (Status.ANSWERED, Status.NOT_FOUND):
            return offline
        try:
            found = self._researched(question, history, offline)
            return self._reworded(question, found, offline)
        except ModelUnavailableError as failure:
            _log.warning("language model %s is unavailable: %s", self._model.name, failure)
        note = Paragraph(self._wording.say("agent.unavailable"))
        return replace(offline, draft=replace(offline.draft, blocks=(*offline.draft.blocks, note)))

    def _researched(self, question: Question, history: Sequence[Turn], offline: Drafted) -> Drafted:
        """The offline draft, or a draft from its results and what the model's own calls add to them."""
        kept = offline.results if offline.draft.status is Status.ANSWERED else ()
        added = _new(self._asked_for(question, history, offline.results), kept)
        if not added:
            return offline
        results = (*kept, *added)
        composed = self._composer.compose(question, results)
        # A remark of the planner stands in no result; it is what the offline draft has beyond the composed one.
        remarks = [b for b in offline.draft.blocks if kept and b not in composed.blocks]
        draft = replace(composed, blocks=(*composed.blocks, *remarks))
        return Drafted(draft, results, offline.state, self.name)

    def _asked_for(
        self, question: Question, history: Sequence[Turn], known: Sequence[ToolResult]
    ) -> tuple[ToolResult, ...]:
        """Results of the model's own calls, in order."""
        from bot.assistant.agent_research import ToolDesk, research

        desk = ToolDesk(self._toolbox, Circumstances(question.principal, question.today), known, self._wording)
        if not desk.tools:
            return ()
        earlier = "\n".join(turn.question for turn in history[-EARLIER_QUESTIONS:])
        instructions = self._wording.say("agent.research", today=question.today.isoformat())
        asked = self._wording.say("agent.research_question", earlier=earlier, question=question.text)
        return self._model.guarded(lambda chat: research(chat, desk, instructions, asked))

    def _reworded(self, question: Question, found: Drafted, offline: Drafted) -> Drafted:
        """The draft in the model's words; the offline one where the model finds that it does not answer."""
        if found.draft.status is not Status.ANSWERED:
            return offline
        edited = self._editor.edit(question, found.draft, found.results)
        if edited is None:
            return offline
        return found if edited is found.draft else replace(found, draft=edited, engine=self.name)


def _new(results: Sequence[ToolResult], kept: Sequence[ToolResult]) -> list[ToolResult]:
    """The good results that say something the others do not."""
    said = {evidence for result in kept for evidence in result.outcome.evidence}
    new = []
    for result in results:
        if result.ok and not said.issuperset(result.outcome.evidence):
            said.update(result.outcome.evidence)
            new.append(result)
    return new
