"""Sources that were removed after an answer cited them: who leans on such an answer is told, and shown no old words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.assistant.conversation import Turn
from bot.assistant.policy.follow_up import leans_on_sources
from bot.assistant.policy.standing_words import spoken
from knowledge.versions import Removal
from prompts import Wording

CITED = "cited"
"""Key of a turn's state: the documents its answer cites, in order."""


class Removals(Protocol):
    """Knows which documents were taken out."""

    def removal(self, doc_id: str) -> Removal | None:
        """When a document was removed; None for one at hand or never there."""


class RemovedSources:
    """Says of documents that an earlier answer cites that they are gone."""

    def __init__(self, removals: Removals, wording: Wording) -> None:
        self._removals = removals
        self._say = wording.say

    def notice(self, text: str, history: Sequence[Turn]) -> str:
        """What to tell somebody whose message leans on the last answer; empty where all its sources are at hand.

        An answer that rests first on a source still at hand can still be asked about.
        """
        state = history[-1].state if history else {}
        cited = state.get(CITED) or ()
        if not cited or not leans_on_sources(text, state.get("policy")):
            return ""
        return self.of(str(cited[0]))

    def of(self, doc_id: str) -> str:
        """That a document was removed, when, and what to do; empty for one at hand."""
        removal = self._removals.removal(doc_id)
        if removal is None:
            return ""
        if removal.on is None:
            return self._say("policy.removed", title=removal.title)
        return self._say("policy.removed_on", title=removal.title, day=spoken(removal.on))
