"""Handlers of the rest: greeting, help, starting over, and what becomes of the bot in its chats."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import ChatMember, ChatMemberRestricted, Update
from telegram.constants import ChatMemberStatus
from telegram.ext import ContextTypes

from bot.channels.telegram_buttons import ASK, Keyboard
from bot.channels.telegram_menus import Command
from bot.channels.telegram_people import Membership
from bot.channels.telegram_place import Place, place_of, speaker_of
from bot.channels.telegram_post import Post, UndeliveredError, plain_message
from bot.channels.telegram_threads import Threads
from bot.database.telegram_answers import ChatAnswer, ChatAnswers, new_token
from bot.database.telegram_chats import Chats
from bot.database.telegram_people import Traces
from prompts import Wording

Context = ContextTypes.DEFAULT_TYPE
_HERE = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)


class Entrance:
    """Greets people and groups and keeps the register of chats true."""

    def __init__(
        self,
        membership: Membership,
        chats: Chats,
        answers: ChatAnswers,
        traces: Traces,
        post: Post,
        threads: Threads,
        wording: Wording,
        offered: Sequence[Command],
    ) -> None:
        self._membership = membership
        self._chats = chats
        self._answers = answers
        self._traces = traces
        self._post = post
        self._threads = threads
        self._wording = wording
        self._offered = tuple(offered)

    async def start(self, update: Update, context: Context) -> None:
        """Greet; with an invitation code, grant what it grants."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        place = place_of(message)
        code = "" if place.is_group else "".join(context.args or ())
        if code:
            await self._membership.redeem(place, user.id, user.full_name, code)
        elif place.is_group:
            await self._post.say(place, await self._group_greeting(place, context))
        else:
            await self._greet(place, user.id)

    async def help(self, update: Update, _context: Context) -> None:
        """Say how to ask and which commands there are."""
        message = update.effective_message
        if message is None:
            return
        place = place_of(message)
        menu = "group_admins" if place.is_group else "private"
        lines = [
            self._say("help_command", name=each.name, description=self._wording.say(f"telegram_menu.{each.name}"))
            for each in self._offered
            if menu in each.menus
        ]
        examples = self._wording.say("assistant.examples")
        await self._post.say(place, self._say("help", examples=examples, commands="\n".join(lines)))

    async def cancel(self, update: Update, _context: Context) -> None:
        """Forget the conversation so far."""
        message = update.effective_message
        speaker = speaker_of(message) if message else None
        if message is None or speaker is None:
            return
        place = place_of(message)
        session = await self._threads.keep(self._chats.end_talk, place.chat_id, place.topic, speaker)
        if session:
            await self._threads.keep(self._traces.forget_session, session)
        await self._post.say(place, self._say("cancelled"), message.message_id if place.is_group else 0)

    async def membership(self, update: Update, context: Context) -> None:
        """Note whether the bot can still write to a chat, and greet a group it was added to."""
        changed = update.my_chat_member
        if changed is None:
            return
        place = Place(changed.chat.id)
        now = changed.new_chat_member
        if not _may_write(now):
            await self._threads.keep(self._chats.unreachable, place.chat_id, _reason(now))
            return
        await self._threads.keep(self._chats.reachable, place.chat_id)
        if place.is_group and not _was_here(changed.old_chat_member):
            await self._post.say(place, await self._group_greeting(place, context))

    async def migrated(self, update: Update, _context: Context) -> None:
        """A group became a supergroup: Telegram tells the new id in the old chat and the old one in the new."""
        message = update.effective_message
        if message is None:
            return
        old, new = message.migrate_from_chat_id or message.chat.id, message.migrate_to_chat_id or message.chat.id
        if old != new:
            await self._threads.keep(self._chats.migrate, old, new)

    async def _greet(self, place: Place, user_id: int) -> None:
        keyboard = Keyboard(self._wording)
        examples = self._wording.say("assistant.examples").splitlines()
        keyboard.rows += [[keyboard.button(ASK, example, example)] for example in examples]
        words = self._say("start")
        key = new_token()
        kept = ChatAnswer(key, place.chat_id, place.topic, user_id, 0, "/start", ())
        await self._threads.write(self._answers.adding(kept, keyboard.buttons))
        try:
            sent = await self._post.send(place, plain_message(words), keyboard.markup)
        except UndeliveredError:
            return
        await self._threads.write(self._answers.noting(key, sent))

    async def _group_greeting(self, place: Place, context: Context) -> str:
        reads_all = bool(context.bot.bot.can_read_all_group_messages)
        chat = await self._threads.keep(self._chats.chat, place.chat_id)
        return self._say(
            "start_group",
            mentions=self._say("start_group_mentions", username=context.bot.username) if reads_all else "",
            privacy=self._say("start_group_privacy_off" if reads_all else "start_group_privacy_on"),
            role=self._membership.role(chat.role),
        )

    def _say(self, key: str, **variables: object) -> str:
        return self._wording.say(f"telegram.{key}", **variables)


def _may_write(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and member.can_send_messages
    return member.status in _HERE


def _was_here(member: ChatMember) -> bool:
    return member.status in (*_HERE, ChatMemberStatus.RESTRICTED)


def _reason(member: ChatMember) -> str:
    return f"bot is {member.status}"
