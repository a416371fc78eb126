"""The engine with a language model: it may look for more evidence and may word the answer, never decide the facts.

The offline engine answers first.  Where the rules find nothing, the model is given the same tools to look in its own
way, and the composer writes the extractive draft from what it found.  In a fresh prompt without tools the model then
rewords that draft's paragraphs.  A rewording is taken only where grounding and fidelity leave every fact in place;
whatever fails on the way, the extractive draft stands.

What the rules have answered, the model may not add to: tried with a 1.5-billion-parameter model, it met a settled
question with two more tool calls and an answer three times as long, none of it asked for.
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
from bot.assistant.engine import Drafted, Engine, Meanwhile, untold
from bot.assistant.explaining import TOOL as EXPLAIN
from bot.assistant.grounding import Grounding
from bot.assistant.toolbox import Circumstances, Toolbox
from bot.assistant.types import Evidence, Paragraph, Question, Status, ToolResult
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

    def draft(self, question: Question, history: Sequence[Turn], meanwhile: Meanwhile = untold) -> Drafted:
        """The offline draft in the model's words, or what the model finds where the rules found nothing.

        Rewording takes seconds; what it rewords stands meanwhile.

        A question back, a refusal of access and what the planner itself knows not to exist, such as a cluster, are not
        the model's to overrule; that a tool found nothing may mean that another tool should have been asked.
        """
        offline = replace(self._offline.draft(question, history), engine=self._offline.name)
        answered = offline.draft.status is Status.ANSWERED
        if any(result.call.name == EXPLAIN for result in offline.results):
            # What was computed is told as it was computed; there is nothing in it to word better.
            return offline
        if not answered and (offline.draft.status is not Status.NOT_FOUND or not offline.results):
            return offline
        try:
            if answered:
                meanwhile(offline)
                return self._reworded(question, offline)
            found = self._researched(question, history, offline)
            return self._reworded(question, found, or_else=offline) if found else offline
        except ModelUnavailableError as failure:
            _log.warning("language model %s is unavailable: %s", self._model.name, failure)
        note = Paragraph(self._wording.say("agent.unavailable"))
        return replace(offline, draft=replace(offline.draft, blocks=(*offline.draft.blocks, note)))

    def _researched(self, question: Question, history: Sequence[Turn], offline: Drafted) -> Drafted | None:
        """A draft from what the model's own calls came to; None where they came to nothing."""
        good = _distinct(self._asked_for(question, history, offline.results))
        draft = self._composer.compose(question, good)
        return Drafted(draft, good, offline.state, self.name) if draft.status is Status.ANSWERED else None

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

    def _reworded(self, question: Question, found: Drafted, or_else: Drafted | None = None) -> Drafted:
        """The draft in the model's words; as it is, or ``or_else``, where the model cannot word it without loss.

        A model that cannot put into words what it has found is not trusted to have found an answer either.
        """
        edited = self._editor.edit(question, found.draft, found.results)
        return replace(found, draft=edited, engine=self.name) if edited else or_else or found


def _distinct(results: Sequence[ToolResult]) -> tuple[ToolResult, ...]:
    """The good results, each of which says something the ones before it do not."""
    said: set[Evidence] = set()
    good = []
    for result in results:
        if result.ok and not said.issuperset(result.outcome.evidence):
            said.update(result.outcome.evidence)
            good.append(result)
    return tuple(good)
