"""The handler of ``/settings``: what holds in a chat, and who changes it how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from telegram import Update
from telegram.ext import ContextTypes

from bot.assistant.access import Role
from bot.channels.telegram_people import Membership
from bot.channels.telegram_place import place_of
from bot.channels.telegram_post import Post
from bot.channels.telegram_talk import Talk
from prompts import Wording

Context = ContextTypes.DEFAULT_TYPE


@dataclass(frozen=True, slots=True)
class Operation:
    """What the operator decided for every chat.

    Args:
        retention: how long conversations, answers and feedback are kept.
        model: name of the language model that answers; empty for the rules.
        per_minute: questions of one person.
        group_per_minute: questions in one group.
    """

    retention: timedelta
    model: str
    per_minute: int
    group_per_minute: int


class SettingsOverview:
    """Tells what holds where somebody asks."""

    def __init__(self, operation: Operation, membership: Membership, talk: Talk, post: Post, wording: Wording) -> None:
        self._operation = operation
        self._membership = membership
        self._talk = talk
        self._post = post
        self._wording = wording

    async def show(self, update: Update, context: Context) -> None:
        """List each setting with its value and how to change it; in a group, the group's."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        place = place_of(message)
        principal = await self._talk.principal_of(place, user.id)
        facts = {
            "role": self._membership.role(principal.role),
            "cities": self._membership.cities(principal.cities),
            "days": self._operation.retention.days,
            "engine": self._engine(),
        }
        if place.is_group:
            reads = "reads_all" if context.bot.bot.can_read_all_group_messages else "reads_addressed"
            told = {**facts, "limit": self._operation.group_per_minute, "reads": self._say(reads)}
            await self._post.say(place, self._say("group", **told), message.message_id)
            return
        following = "administer" if principal.role is Role.ADMIN else "ask_for_role"
        told = {**facts, "limit": self._operation.per_minute, "change": self._say(following)}
        await self._post.say(place, self._say("private", **told))

    def _engine(self) -> str:
        model = self._operation.model
        return self._say("engine_model", model=model) if model else self._say("engine_rules")

    def _say(self, key: str, **variables: object) -> str:
        return self._wording.say(f"telegram_settings.{key}", **variables)
