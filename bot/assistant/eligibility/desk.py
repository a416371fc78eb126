"""Everything that answers a firm about itself, over one library: the tools, what phrases them, the dialogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from bot.assistant.composer import Phraser
from bot.assistant.eligibility.belonging import Belonging
from bot.assistant.eligibility.checking import Checker
from bot.assistant.eligibility.dialogue import EligibilityDialogue
from bot.assistant.eligibility.facts import shipped_facts
from bot.assistant.eligibility.phrasing import EligibilityPhrasing
from bot.assistant.eligibility.profile import Tongue
from bot.assistant.eligibility.quantities import QuantityLanguage
from bot.assistant.eligibility.tools import eligibility_tools
from bot.assistant.eligibility.words import EligibilityWords
from bot.assistant.message_parts import MessageRules
from bot.assistant.toolbox import Tool
from knowledge.support_measures import shipped_measures
from knowledge.types import Library
from prompts import Wording
from stats_tools.registry import Registry


@dataclass(frozen=True, slots=True)
class EligibilityDesk:
    """What the assistant needs to answer firms about themselves.

    Args:
        tools: ``check_eligibility`` and ``find_financing``.
        phrasers: what puts their values into words.
        dialogue: claims what a firm says of itself.
    """

    tools: tuple[Tool[Any], ...]
    phrasers: Mapping[type, Phraser]
    dialogue: EligibilityDialogue

    @classmethod
    def over(cls, library: Library, registry: Registry, rules: MessageRules, wording: Wording) -> Self:
        """The desk over the shipped measures and language files.

        Args:
            library: the documents and cards the measures rest on.
            registry: the registered clusters.
            rules: how messages are taken apart.
            wording: the messages.
        """
        tongue = Tongue(shipped_facts(), QuantityLanguage.load(), Belonging(registry))
        checker = Checker(shipped_measures(), tongue)
        words = EligibilityWords(wording, library, tongue.facts, checker.catalogue)
        tools = eligibility_tools(checker, library, words, wording)
        return cls(tuple(tools), EligibilityPhrasing(words).phrasers(), EligibilityDialogue(checker, rules, wording))
