"""Digests brought to chats: as messages with buttons, behind everything somebody waits for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot.assistant.types import Block, Code, Paragraph, Quote, Table
from bot.channels.telegram_answers import code_section, table_section
from bot.channels.telegram_buttons import Keyboard
from bot.channels.telegram_gate import pause_seconds
from bot.channels.telegram_place import Place
from bot.channels.telegram_post import Post, UndeliveredError, is_chat_closed, is_topic_gone
from bot.channels.telegram_text import Kind, Line, MessageText, Section, messages, paragraph
from bot.channels.telegram_threads import Threads
from bot.database.telegram_answers import ChatAnswer, ChatAnswers, new_token
from bot.digests.courier import Obstacle, Parcel, UndeliverableError
from bot.digests.frozen import KeptDigest
from prompts import Wording

DETAILS, CHANGE = "digest_details", "digest_change"
"""Actions: show the rest of a digest, the argument being its key; show what can be done with a subscription."""
Leaving = Callable[[], Awaitable[None]]


class DigestPost:
    """The courier of Telegram."""

    def __init__(self, post: Post, answers: ChatAnswers, threads: Threads, wording: Wording) -> None:
        self._post = post
        self._answers = answers
        self._threads = threads
        self._wording = wording

    def texts(self, digest: KeptDigest, trial: bool) -> int:
        """How many messages the text takes."""
        return len(self.messages(digest, trial))

    def messages(self, digest: KeptDigest, trial: bool = False) -> tuple[MessageText, ...]:
        """A digest laid out for a phone."""
        title = self._wording.say("digests.trial_title", title=digest.title) if trial else digest.title
        return messages([Section(Kind.TEXT, (Line(title, bold=True),)), *map(section, digest.blocks)])

    def details(self, digest: KeptDigest) -> tuple[MessageText, ...]:
        """What the button shows."""
        title = self._wording.say("digests.details_title", title=digest.title)
        return messages([Section(Kind.TEXT, (Line(title, bold=True),)), *map(section, digest.details)])

    async def send(self, parcel: Parcel, leaving: Leaving) -> int:
        """Send one message of a digest.

        Raises:
            UndeliverableError: as it says.
        """
        place = Place(parcel.place.chat_id, parcel.place.topic)
        texts = self.messages(parcel.digest, parcel.trial)
        try:
            if parcel.position < len(texts):
                return await self._text(place, parcel, texts, leaving)
            return await self._file(place, parcel, parcel.position - len(texts), leaving)
        except UndeliveredError as error:
            raise _undeliverable(error) from error

    async def _text(self, place: Place, parcel: Parcel, texts: tuple[MessageText, ...], leaving: Leaving) -> int:
        keyboard = Keyboard(self._wording)
        if parcel.position == len(texts) - 1:
            row = [keyboard.said(DETAILS, parcel.digest.key)] if parcel.digest.details else []
            keyboard.rows.append([*row, keyboard.said(CHANGE, str(parcel.subscription))])
            kept = ChatAnswer(new_token(), place.chat_id, place.topic, 0, 0, parcel.digest.title, ())
            await self._threads.write(self._answers.adding(kept, keyboard.buttons))
        text = texts[parcel.position]
        return (await self._post.send(place, [text], keyboard.markup, at=leaving, bulk=True))[0]

    async def _file(self, place: Place, parcel: Parcel, number: int, leaving: Leaving) -> int:
        file = parcel.digest.files[number]
        upload = partial(self._post.upload, place, file.name, parcel.file, parcel.digest.title, at=leaving, bulk=True)
        if file.kind != "chart":
            return await upload(as_photo=False)
        try:
            return await upload(as_photo=True)
        except UndeliveredError as error:
            if _undeliverable(error).obstacle is not Obstacle.CONTENT:
                raise
            # What is no picture for Telegram can still be a file.
            return await upload(as_photo=False)


def section(block: Block) -> Section:
    """One block of a digest as it stands in a message."""
    match block:
        case Paragraph(text):
            return paragraph(text)
        case Quote(n, text):
            return Section(Kind.QUOTE, (Line(f"[{n}] “{text}”"),))
        case Table():
            return table_section(block)
        case Code():
            return code_section(block)


def _undeliverable(error: UndeliveredError) -> UndeliverableError:
    cause = error.__cause__
    reason = str(error)
    if error.perhaps:
        return UndeliverableError(Obstacle.PERHAPS, reason)
    if isinstance(cause, RetryAfter):
        return UndeliverableError(Obstacle.LATER, reason, timedelta(seconds=pause_seconds(cause)))
    return UndeliverableError(_obstacle(cause), reason)


def _obstacle(cause: BaseException | None) -> Obstacle:
    if isinstance(cause, InvalidToken):
        return Obstacle.TOKEN
    if not isinstance(cause, TelegramError):
        return Obstacle.LATER
    if is_topic_gone(cause):
        return Obstacle.TOPIC
    if is_chat_closed(cause):
        return Obstacle.CHAT
    return Obstacle.CONTENT if isinstance(cause, BadRequest) else Obstacle.LATER
