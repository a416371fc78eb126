"""The commands there are, and the menus in which Telegram offers them by scope and language."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter
from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.assistant.access import Role
from bot.channels.telegram_gate import Departure
from prompts import Wording

Menu = Literal["default", "private", "groups", "group_admins"]
_COMMANDS_FILE = Path(__file__).with_name("telegram_commands.yaml")
_SCOPES: dict[Menu, BotCommandScope] = {
    "default": BotCommandScopeDefault(),
    "private": BotCommandScopeAllPrivateChats(),
    "groups": BotCommandScopeAllGroupChats(),
    "group_admins": BotCommandScopeAllChatAdministrators(),
}
LANGUAGES = {"": "zh", "zh": "zh", "en": "en"}
"""Language code of a menu (none: everybody else) to the language of its descriptions."""
_log = logging.getLogger(__name__)


class Command(BaseModel):
    """A command; see ``telegram_commands.yaml`` for the fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    menus: tuple[Menu, ...]
    asks: bool = False
    role: Role = Role.PUBLIC


@cache
def commands(path: Path = _COMMANDS_FILE) -> tuple[Command, ...]:
    """Every command in the order of the menus; pydantic.ValidationError names a wrong entry."""
    entries = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return TypeAdapter(tuple[Command, ...]).validate_python(entries)


@dataclass(frozen=True, slots=True)
class Offer:
    """One menu as Telegram takes it."""

    scope: BotCommandScope
    language: str
    entries: tuple[BotCommand, ...]


@cache
def offers() -> tuple[Offer, ...]:
    """The menus of every scope and language."""
    words = {language: Wording.load(language) for language in set(LANGUAGES.values())}
    return tuple(
        Offer(
            scope,
            code,
            tuple(
                BotCommand(command.name, words[language].say(f"telegram_menu.{command.name}"))
                for command in commands()
                if menu in command.menus
            ),
        )
        for menu, scope in _SCOPES.items()
        for code, language in LANGUAGES.items()
    )


async def offer_menus(bot: ExtBot[Departure]) -> None:
    """Set every menu; one that is refused is logged, because the commands work without it."""
    for offer in offers():
        try:
            await bot.set_my_commands(offer.entries, scope=offer.scope, language_code=offer.language or None)
        except TelegramError as error:
            _log.warning("menu %s/%s not set: %s", offer.scope.type, offer.language or "all", error)
