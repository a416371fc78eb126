"""Where in Telegram something was said: chat, topic and person."""

from __future__ import annotations

from dataclasses import dataclass, replace

from telegram import Message, Update
from telegram.constants import ChatType


@dataclass(frozen=True, slots=True)
class Place:
    """A chat, and the topic in it where it has topics.

    Args:
        chat_id: negative for groups.
        topic: ``message_thread_id``; 0 outside topics.
    """

    chat_id: int
    topic: int = 0

    @property
    def is_group(self) -> bool:
        """Whether more than one person reads here."""
        return self.chat_id < 0

    @property
    def thread(self) -> int | None:
        """The topic as the Bot API wants it."""
        return self.topic or None

    def moved(self, chat_id: int) -> Place:
        """The same topic in the chat under its new id."""
        return replace(self, chat_id=chat_id)


def place_of(message: Message) -> Place:
    """Where a message was written. Replies in groups without topics carry a thread too, which is none of ours."""
    topic = message.message_thread_id if message.is_topic_message else None
    return Place(message.chat.id, topic or 0)


def speaker_of(message: Message) -> int | None:
    """Who wrote a message: a person, or the chat in whose name it was written; None for nobody.

    Telegram gives all anonymous administrators one account, and all channels that write in groups another.
    """
    speaker = message.sender_chat or message.from_user
    return speaker.id if speaker else None


def line_of(update: Update) -> tuple[int, int]:
    """What an update has to wait in line with: its chat and topic, or the person where there is no chat."""
    message = update.effective_message
    if isinstance(message, Message):
        place = place_of(message)
        return place.chat_id, place.topic
    if update.effective_chat:
        return update.effective_chat.id, 0
    return (update.effective_user.id if update.effective_user else 0), -1


def is_private(message: Message) -> bool:
    """Whether a message was written to the bot alone."""
    return message.chat.type == ChatType.PRIVATE
