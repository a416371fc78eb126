"""Handlers of everything that asks: text, the commands that ask, and what is no text at all."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import Message, Update
from telegram.ext import ContextTypes

from bot.assistant.access import Role
from bot.channels.telegram_menus import Command
from bot.channels.telegram_opinions import Opinions
from bot.channels.telegram_place import is_private, place_of
from bot.channels.telegram_post import Post
from bot.channels.telegram_requests import asked, command_text, plain_question, quoted_text
from bot.channels.telegram_talk import Talk
from bot.channels.telegram_text import shortened
from prompts import Wording

Context = ContextTypes.DEFAULT_TYPE
LONGEST_QUOTE = 200
"""UTF-16 code units of marked words that become part of a question."""


class Questions:
    """Takes questions in.

    Args:
        asking: the commands that turn what stands behind them into a question.
    """

    def __init__(self, talk: Talk, opinions: Opinions, post: Post, wording: Wording, asking: Sequence[Command]) -> None:
        self._talk = talk
        self._opinions = opinions
        self._post = post
        self._wording = wording
        self._asking = frozenset(command.name for command in asking)

    async def text(self, update: Update, context: Context) -> None:
        """Answer a message without a command, unless it says what was wrong with an answer."""
        message, user = update.effective_message, update.effective_user
        if message is None:
            return
        replied = message.reply_to_message
        to_bot = replied and replied.from_user and replied.from_user.id == context.bot.id
        if to_bot and user and await self._opinions.comment(message, user.id):
            return
        await self._take(update, self._about(message, plain_question(message, context.bot.bot)))

    async def ask(self, update: Update, _context: Context) -> None:
        """Answer ``/ask``."""
        message = update.effective_message
        if message is None:
            return
        text = command_text(message)
        if text:
            await self._take(update, self._about(message, text))
        else:
            await self._post.say(place_of(message), self._wording.say("telegram.ask_usage"))

    async def command(self, update: Update, _context: Context) -> None:
        """Answer a command such as ``/rank``."""
        message = update.effective_message
        name = command_name(message) if message else ""
        if message is None or name not in self._asking:
            return
        rest, alone = command_text(message), f"telegram_questions.{name}_alone"
        if rest or alone in self._wording.keys:
            asks = self._wording.say(f"telegram_questions.{name}", rest=rest) if rest else self._wording.say(alone)
            await self._take(update, asks)
            return
        example = self._wording.say(f"telegram_questions.{name}_example")
        await self._post.say(place_of(message), self._wording.say("telegram.usage", name=name, example=example))

    async def other(self, update: Update, context: Context) -> None:
        """Reply politely to what is no text; the caption of a picture or file is read as a question."""
        message = update.effective_message
        if message is None or update.effective_user is None:
            return
        if message.contact:
            await self._contact(message, update.effective_user.id)
        elif is_private(message):
            if message.caption:
                await self._take(update, message.caption.strip())
            else:
                await self._post.say(place_of(message), self._wording.say("telegram.only_text"))
        elif message.reply_to_message and message.reply_to_message.from_user == context.bot.bot:
            await self._post.say(place_of(message), self._wording.say("telegram.only_text"), message.message_id)

    async def unknown(self, update: Update, _context: Context) -> None:
        """Say which commands there are; in a group the command may be meant for another bot, so nothing is said."""
        message = update.effective_message
        if message and is_private(message):
            words = self._wording.say("telegram.unknown_command", command=f"/{command_name(message)}")
            await self._post.say(place_of(message), words)

    def _about(self, message: Message, text: str) -> str:
        """The question with the words it is about, where the person marked some of another message to reply to."""
        quote = quoted_text(message) if message.quote else ""
        if not text or not quote or text == quote:
            return text
        short = shortened(" ".join(quote.split()), LONGEST_QUOTE)
        return self._wording.say("telegram_questions.about", quote=short, question=text)

    async def _take(self, update: Update, text: str) -> None:
        question = asked(update, text) if text else None
        if question is None:
            return
        if update.edited_message:
            await self._talk.ask_again(question)
        else:
            await self._talk.ask(question)

    async def _contact(self, message: Message, user_id: int) -> None:
        place = place_of(message)
        if place.is_group or message.contact is None:
            return
        if not (await self._talk.principal_of(place, user_id)).role.includes(Role.ADMIN):
            words = self._wording.say("telegram.contact_public")
        elif message.contact.user_id:
            words = self._wording.say("telegram.contact", user_id=message.contact.user_id)
        else:
            words = self._wording.say("telegram.contact_without_id")
        await self._post.say(place, words)


def command_name(message: Message | None) -> str:
    """The name of the command a message begins with, without slash and bot name, in lower case."""
    words = (message.text or "").split(maxsplit=1) if message else []
    return words[0].lstrip("/").partition("@")[0].lower() if words else ""
