"""Digests in a language model's words, paragraph by paragraph, taken only where nothing but the words has changed."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.assistant.agent_fidelity import Fidelity
from bot.assistant.agent_model import LanguageModel, ModelUnavailableError
from bot.assistant.agent_rewording import Editor
from bot.assistant.grounding import Grounding
from bot.assistant.types import Block, Draft, Evidence, Outcome, Paragraph, Question, Status, ToolCall, ToolResult
from bot.digests.types import Digest, DigestComposer, DigestKind, DigestRequest
from prompts import Wording
from stats_tools.operations.sources import Definitions
from stats_tools.registers.definitions import Registers

_log = logging.getLogger(__name__)


def names_with_figures(known: Definitions, registers: Registers) -> tuple[frozenset[str], ...]:
    """Names that figures of a digest stand beside, kind by kind: clusters, what is counted, groups of a register."""
    clusters = frozenset(name for each in known.registry.clusters for name in (each.name, each.short_name))
    counted = frozenset(each.name for each in (*known.catalogue.indicators, *known.targets))
    groups = frozenset(each.name for register in registers for column in register.columns for each in column.groups)
    return clusters, counted, groups


def worded(
    composers: Mapping[DigestKind, DigestComposer],
    model: LanguageModel,
    names: Sequence[frozenset[str]],
    wording: Wording,
) -> dict[DigestKind, DigestComposer]:
    """The composers with a language model behind each; the arguments are those of the editor."""
    editor = Editor(model, Fidelity.load(), Grounding(wording), wording, names)
    return {kind: WordedComposer(composer, editor) for kind, composer in composers.items()}


class WordedComposer:
    """Has what another composer writes reworded, and leaves it as it is where the model cannot be had or trusted.

    What is compared with the next digest of a chat stays the composer's own, so that new words are no news.

    Args:
        written: writes the digests.
        editor: has paragraphs reworded.
    """

    def __init__(self, written: DigestComposer, editor: Editor) -> None:
        self._written = written
        self._editor = editor

    def scope(self, kind: DigestKind, words: str, /) -> str:
        """As the composer understands it."""
        return self._written.scope(kind, words)

    def called(self, scope: str, /) -> str:
        """As the composer calls it."""
        return self._written.called(scope)

    def compose(self, request: DigestRequest) -> Digest:
        """The digest with the paragraphs of its message in other words; its details stay exact."""
        digest = self._written.compose(request)
        question = Question(digest.title, request.on, request.principal)
        try:
            return replace(digest, blocks=tuple(self._reworded(block, question) for block in digest.blocks))
        except ModelUnavailableError as failure:
            _log.warning("digest sent as written, the language model is unavailable: %s", failure)
            return digest

    def _reworded(self, block: Block, question: Question) -> Block:
        if not isinstance(block, Paragraph):
            return block
        evidence = Evidence("figure", f"{question.text}\n{block.text}")
        result = ToolResult(ToolCall("digest", {}), Outcome(value=block, evidence=(evidence,)))
        edited = self._editor.edit(question, Draft(Status.ANSWERED, (block,)), (result,))
        return edited.blocks[0] if edited else block
