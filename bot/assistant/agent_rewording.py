"""A draft in a language model's words, taken only where nothing but the words has changed."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from bot.assistant.agent_calls import printed_calls
from bot.assistant.agent_fidelity import Fidelity
from bot.assistant.agent_model import LanguageModel
from bot.assistant.grounding import Grounding
from bot.assistant.types import Block, Draft, Paragraph, Question, Status, ToolResult
from prompts import Wording

_DECORATION = re.compile(r"(?m)\*\*|`+(?:\w+\n)?|^\s*(?:#+|>|[-*•])\s*")
_MARK = re.compile(r"\[\d{1,3}\]")
_SENTENCE_END = re.compile(r"(?<=[^。！？!?；;\n])(?:[。！？!?；;]+|$)")
_log = logging.getLogger(__name__)


class Editor:
    """Has the model reword a draft's paragraphs; tables, quotes, citations, figures and notes are not its to touch.

    Args:
        model: the language model.
        fidelity: the rules by which its words are judged.
        grounding: what both the draft and its rewording are verified by.
        wording: the prompts.
        names: names, kind by kind, whose figures must not be exchanged, beside those of a draft's own figures.
    """

    def __init__(
        self,
        model: LanguageModel,
        fidelity: Fidelity,
        grounding: Grounding,
        wording: Wording,
        names: Sequence[Collection[str]] = (),
    ) -> None:
        self._names = names
        self._model = model
        self._fidelity = fidelity
        self._grounding = grounding
        self._wording = wording

    def edit(self, question: Question, draft: Draft, results: Sequence[ToolResult]) -> Draft | None:
        """The reworded draft; None where no rewording can be taken, or the model finds that it is no answer.

        The prompt is a fresh one: no tools, no conversation, nothing that a document's text could set in motion.

        Raises:
            ModelUnavailableError: the model gave no reply.
        """
        verified = self._grounding.verify(draft, results, question)
        original = "\n".join(self._loose(verified.blocks, results))
        if verified.status is not Status.ANSWERED or not original:
            return None
        reply = self._model.reply(self._wording.say("agent.rewording"), self._request(question, original, draft))
        text = self._faithful(reply, original, verified, results, question)
        return replace(verified, blocks=tuple(self._exchanged(verified.blocks, text, results))) if text else None

    def _request(self, question: Question, original: str, draft: Draft) -> str:
        quotes = "\n".join(f"[{citation.n}] {citation.quote}" for citation in draft.citations)
        return self._wording.say(
            "agent.rewording_question",
            question=undelimited(question.text),
            draft=undelimited(original),
            quotes=undelimited(quotes),
        )

    def _faithful(
        self, reply: str, original: str, draft: Draft, results: Sequence[ToolResult], question: Question
    ) -> str:
        """The part of the reply that may stand for the original; empty where it cannot."""
        if printed_calls(reply) or self._wording.say("agent.no_answer") in reply:
            _log.info("rewording not taken: the model asks for more")
            return ""
        known = "\n".join([question.text, original, *(citation.quote for citation in draft.citations)])
        text = _marked(self._fidelity.familiar(_DECORATION.sub("", reply), known), original)
        checked = self._grounding.verify(replace(draft, blocks=(Paragraph(text),)), results, question)
        text = "\n".join(b.text for b in checked.blocks if isinstance(b, Paragraph)).strip()
        if checked.status is not Status.ANSWERED or not text:
            _log.info("rewording not taken: nothing of it rests on the evidence")
            return ""
        own = ({f.cluster_name for f in draft.figures}, {f.indicator_name for f in draft.figures})
        losses = self._fidelity.losses(original, text, (*own, *self._names))
        if losses:
            _log.info("rewording not taken: %s", "、".join(losses))
        return "" if losses else text

    def _exchanged(self, blocks: Sequence[Block], text: str, results: Sequence[ToolResult]) -> Iterator[Block]:
        """The blocks with the text in the place of the first loose paragraph and without the others."""
        loose = self._loose(blocks, results)
        pending = [Paragraph(text)]
        for block in blocks:
            if not isinstance(block, Paragraph) or block.text not in loose:
                yield block
            elif pending:
                yield pending.pop()

    def _loose(self, blocks: Sequence[Block], results: Sequence[ToolResult]) -> list[str]:
        """The running text that states results, rather than a tool's message, a label or what to do next."""
        messages = {result.outcome.message for result in results}
        paragraphs = (block.text for block in blocks if isinstance(block, Paragraph))
        return [text for text in paragraphs if text not in messages and self._fidelity.may_be_reworded(text)]


def _marked(text: str, original: str) -> str:
    """The text with its citation mark back at the end of every sentence, where the original has but one to give.

    Small models keep every fact and forget the mark; with several, nobody but the model could say which goes where.
    """
    marks = set(_MARK.findall(original))
    if len(marks) != 1 or _MARK.search(text):
        return text
    return _SENTENCE_END.sub(lambda end: next(iter(marks)) + end.group(), text)


def undelimited(text: str) -> str:
    """Untrusted text that cannot close the tag it is put in."""
    return text.replace("<", "＜").replace(">", "＞")
