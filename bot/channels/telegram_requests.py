"""Which messages are questions to the bot, and what they ask."""

from __future__ import annotations

from datetime import UTC, datetime

from telegram import Message, MessageEntity, Update, User

from bot.channels.telegram_place import is_private, place_of, speaker_of
from bot.channels.telegram_talk import Asked


def plain_question(message: Message, bot: User) -> str:
    """What a message without a command asks the bot; empty where it is not meant for it.

    In private everything is.  In a group it has to reply to the bot or mention it; a mention is not part of it.
    """
    mention, without = _without_mention(message, message.text or "", f"@{bot.username}")
    if is_private(message):
        return without or (message.text or "").strip()
    replied = message.reply_to_message
    to_bot = bool(replied and replied.from_user and replied.from_user.id == bot.id)
    if mention and not without and replied:
        return quoted_text(message)
    return without if mention or to_bot else ""


def command_text(message: Message) -> str:
    """What stands behind a command; where nothing does, what the command replies to."""
    parts = (message.text or "").split(maxsplit=1)
    return parts[1].strip() if len(parts) > 1 else quoted_text(message)


def quoted_text(message: Message) -> str:
    """The part of another message that this one quotes, or that whole message; empty where there is none."""
    if message.quote:
        return message.quote.text.strip()
    replied = message.reply_to_message
    # In a topic, every first message "replies" to the service message that opened the topic.
    if replied is None or replied.forum_topic_created:
        return ""
    return (replied.text or replied.caption or "").strip()


def asked(update: Update, text: str) -> Asked | None:
    """A question from a message update; None where no person asked it: a channel's automatic forward, another bot."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None or (user.is_bot and not message.sender_chat) or message.is_automatic_forward:
        return None
    return Asked(
        place=place_of(message),
        user_id=speaker_of(message) or user.id,
        text=text,
        message=message.message_id,
        reply_to=0 if is_private(message) else message.message_id,
        update=update.update_id,
        at=message.edit_date or message.date or datetime.now(UTC),
    )


def _without_mention(message: Message, text: str, name: str) -> tuple[bool, str]:
    found = False
    for entity, mentioned in message.parse_entities([MessageEntity.MENTION]).items():
        if mentioned.lower() == name.lower():
            found = True
            text = text.replace(message.parse_entity(entity), " ", 1)
    return found, " ".join(text.split()) if found else text.strip()
