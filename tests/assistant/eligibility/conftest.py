"""The parts that answer firms, over the shipped files."""

from __future__ import annotations

import pytest

from bot.assistant.eligibility.belonging import Belonging
from bot.assistant.eligibility.checking import Checker
from bot.assistant.eligibility.desk import EligibilityDesk
from bot.assistant.eligibility.facts import shipped_facts
from bot.assistant.eligibility.profile import Tongue
from bot.assistant.eligibility.quantities import QuantityLanguage
from bot.assistant.message_parts import MessageRules
from knowledge.card_library import CardLibrary, JoinedLibrary
from knowledge.catalogue import FolderLibrary
from knowledge.support_measures import shipped_measures
from knowledge.types import Library
from prompts import Wording
from stats_tools.registry import Registry


@pytest.fixture(scope="session")
def library() -> Library:
    return JoinedLibrary(FolderLibrary(), CardLibrary())


@pytest.fixture(scope="session")
def tongue() -> Tongue:
    return Tongue(shipped_facts(), QuantityLanguage.load(), Belonging(Registry.load()))


@pytest.fixture(scope="session")
def checker(tongue: Tongue) -> Checker:
    return Checker(shipped_measures(), tongue)


@pytest.fixture(scope="session")
def desk(library: Library) -> EligibilityDesk:
    return EligibilityDesk.over(library, Registry.load(), MessageRules.load(), Wording.load())
