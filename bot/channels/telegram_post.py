"""Sending to chats: HTML first and plain text where that is refused, to where the chat is now, and never twice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from telegram import ForceReply, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.channels.telegram_gate import Departure, never_sent
from bot.channels.telegram_place import Place
from bot.channels.telegram_text import CAPTION_UNITS, MessageText, messages, paragraph, shortened
from bot.channels.telegram_threads import Threads
from bot.database.telegram_chats import Chats

TYPING_AFTER, TYPING_EVERY = 0.05, 4.5
"""Seconds. Telegram shows the action for five: announced beside an answer that is there at once, it could arrive after
that and stay. A twentieth of a second is at once to whoever waits."""
MOST_TYPING = 16
"""Announcements on their way at once: in a crowd they would take the connections that the answers need."""
UPLOAD_BYTES = 50_000_000
"""Largest file a bot may send (Bot API, sending files)."""
_GONE_TOPIC = ("thread not found", "topic_deleted", "topic_closed", "topic deleted", "topic closed")
_NO_ENTRY = ("chat not found", "not enough rights", "have no rights", "chat_write_forbidden", "peer_id_invalid")
_NOT_MODIFIED = "not modified"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_REFUSALS = (BadRequest, Forbidden, InvalidToken, RetryAfter)
"""Errors by which Telegram says that it did nothing; after any other one nobody knows."""
T = TypeVar("T")
Moment = Callable[[], Awaitable[None]]
_log = logging.getLogger(__name__)


class UndeliveredError(Exception):
    """A message did not go out, or nobody knows whether it did.

    Args:
        reason: in Telegram's words, for the log.
        perhaps: whether it may have arrived all the same, so that it must not be sent again unasked.
    """

    def __init__(self, reason: str, perhaps: bool) -> None:
        super().__init__(reason)
        self.perhaps = perhaps


class Post:
    """Sends, edits and deletes messages.

    Args:
        bot: with the gate as its rate limiter.
        chats: where migrations and unreachable chats are noted.
        threads: where the database is spoken to.
        redact: takes the token out of what Telegram says, before that is kept.
    """

    def __init__(self, bot: ExtBot[Departure], chats: Chats, threads: Threads, redact: Callable[[str], str]) -> None:
        self._bot = bot
        self._redact = redact
        self._typing: set[asyncio.Task[None]] = set()
        self._typists = asyncio.Semaphore(MOST_TYPING)
        self._chats = chats
        self._threads = threads

    async def send(
        self,
        place: Place,
        texts: Sequence[MessageText],
        keyboard: InlineKeyboardMarkup | ForceReply | None = None,
        reply_to: int = 0,
        at: Moment | None = None,
        bulk: bool = False,
    ) -> list[int]:
        """Send messages in order and return their ids.

        Args:
            place: where to.
            texts: one a message.
            keyboard: put under the last one; or what opens the person's reply to it.
            reply_to: ``message_id`` the first one replies to; 0 for none.
            at: awaited just before the first one leaves.
            bulk: whether they go behind everything somebody waits for, and to their topic or nowhere.

        Raises:
            UndeliveredError: the chat cannot be reached, or what became of a message is not known.
        """
        sent: list[int] = []
        leaving = _once(at) if at else None
        for position, text in enumerate(texts):
            options: dict[str, Any] = {"rate_limit_args": Departure(bulk, leaving)}
            if keyboard and position == len(texts) - 1:
                options["reply_markup"] = keyboard
            if reply_to and position == 0:
                options["reply_parameters"] = ReplyParameters(reply_to, allow_sending_without_reply=True)
            message = await self._delivered(place, partial(self._send, text=text, options=options), topic_only=bulk)
            sent.append(message.message_id)
        return sent

    async def say(self, place: Place, text: str, reply_to: int = 0, at: Moment | None = None) -> None:
        """Send one remark of ours; whatever goes wrong is logged and no further concern."""
        with suppress(UndeliveredError):
            await self.send(place, plain_message(text), reply_to=reply_to, at=at)

    async def edit(
        self, place: Place, old: Sequence[int], texts: Sequence[MessageText], keyboard: InlineKeyboardMarkup | None
    ) -> list[int]:
        """Turn the messages of an answer into those of a new one and return the ids of the new one.

        Raises:
            UndeliveredError: as for ``send``.
        """
        edited: list[int] = []
        for position, (message_id, text) in enumerate(zip(old, texts, strict=False)):
            markup = keyboard if position == len(texts) - 1 else None
            if not await self._edit(place, message_id, text, markup):
                return [*edited, *await self.send(place, texts[position:], keyboard)]
            edited.append(message_id)
        for message_id in old[len(texts) :]:
            with suppress(TelegramError):
                await self._bot.delete_message(place.chat_id, message_id)
        return [*edited, *await self.send(place, texts[len(old) :], keyboard)]

    async def file(self, place: Place, path: Path, caption: str, as_photo: bool) -> None:
        """Send a file.

        Raises:
            UndeliveredError: it cannot be read or is over 50 MB, or as for ``send``.
        """
        try:
            if path.stat().st_size > UPLOAD_BYTES:
                raise UndeliveredError(f"{path.name}: over {UPLOAD_BYTES} bytes", perhaps=False)
            content = await self._threads.keep(path.read_bytes)
        except OSError as error:
            raise UndeliveredError(f"{path.name}: {type(error).__name__}", perhaps=False) from error
        await self.upload(place, path.name, content, caption, as_photo)

    async def upload(
        self,
        place: Place,
        name: str,
        content: bytes,
        caption: str,
        as_photo: bool,
        at: Moment | None = None,
        bulk: bool = False,
    ) -> int:
        """Send content under a file name and return the message's id; the arguments are those of ``send``.

        Raises:
            UndeliveredError: as for ``send``.
        """
        file = InputFile(content, filename=name)
        short = shortened(caption, CAPTION_UNITS)
        options: dict[str, Any] = {"caption": short, "rate_limit_args": Departure(bulk, _once(at) if at else None)}

        async def transmit(to: Place) -> Message:
            if as_photo:
                return await self._bot.send_photo(to.chat_id, file, message_thread_id=to.thread, **options)
            return await self._bot.send_document(to.chat_id, file, message_thread_id=to.thread, **options)

        return (await self._delivered(place, transmit, topic_only=bulk)).message_id

    @asynccontextmanager
    async def typing(self, place: Place) -> AsyncIterator[None]:
        """Show that an answer is being written as long as the block runs."""
        stop = asyncio.Event()
        announcement = asyncio.get_running_loop().call_later(TYPING_AFTER, self._announce, place, stop)
        try:
            yield
        finally:
            announcement.cancel()
            # The action in flight is left to end by itself: cancelling it would throw its connection away.
            stop.set()

    def _announce(self, place: Place, stop: asyncio.Event) -> None:
        task = asyncio.create_task(self._keep_typing(place, stop))
        self._typing.add(task)
        task.add_done_callback(self._typing.discard)

    async def settle(self) -> None:
        """Wait for what is still on its way without anybody waiting for it."""
        await asyncio.gather(*self._typing)

    async def _keep_typing(self, place: Place, stop: asyncio.Event) -> None:
        while not stop.is_set():
            async with self._typists:
                # Where many wait, the answer may be there before its announcement had a connection.
                if stop.is_set() or not await self._type(place):
                    return
            with suppress(TimeoutError):
                async with asyncio.timeout(TYPING_EVERY):
                    await stop.wait()

    async def _type(self, place: Place) -> bool:
        try:
            await self._bot.send_chat_action(place.chat_id, ChatAction.TYPING, message_thread_id=place.thread)
        except TelegramError as error:
            _log.debug("typing not shown: %s", error)
            return False
        return True

    async def _send(self, place: Place, text: MessageText, options: dict[str, Any]) -> Message:
        where: dict[str, Any] = {
            "chat_id": place.chat_id,
            "message_thread_id": place.thread,
            "link_preview_options": _NO_PREVIEW,
        }
        try:
            return await self._bot.send_message(text=text.html, parse_mode=ParseMode.HTML, **where, **options)
        except BadRequest as error:
            if _means(error, _GONE_TOPIC + _NO_ENTRY):
                raise
            _log.warning("message refused, sent as plain text: %s", error)
            return await self._bot.send_message(text=text.plain, **where, **options)

    async def _edit(
        self, place: Place, message_id: int, text: MessageText, markup: InlineKeyboardMarkup | None
    ) -> bool:
        """Whether the message says the text now; raises UndeliveredError."""

        async def transmit(to: Place, content: str, mode: str | None) -> bool:
            try:
                await self._bot.edit_message_text(
                    content,
                    to.chat_id,
                    message_id,
                    parse_mode=mode,
                    link_preview_options=_NO_PREVIEW,
                    reply_markup=markup,
                )
            except BadRequest as error:
                if not _means(error, (_NOT_MODIFIED,)):
                    _log.warning("edit refused: %s", error)
                    return False
            return True

        return await self._delivered(place, lambda to: transmit(to, text.html, ParseMode.HTML)) or (
            await self._delivered(place, lambda to: transmit(to, text.plain, None))
        )

    async def _delivered(self, place: Place, transmit: Callable[[Place], Awaitable[T]], topic_only: bool = False) -> T:
        """The result of sending to where the chat is now; raises UndeliveredError."""
        try:
            return await transmit(place)
        except ChatMigrated as error:
            await self._threads.keep(self._chats.migrate, place.chat_id, error.new_chat_id)
            return await self._delivered(place.moved(error.new_chat_id), transmit, topic_only)
        except BadRequest as error:
            if place.topic and not topic_only and is_topic_gone(error):
                _log.warning("topic %d of chat %d is gone: %s", place.topic, place.chat_id, error)
                return await self._delivered(Place(place.chat_id), transmit)
            raise await self._undelivered(place, error) from error
        except TelegramError as error:
            raise await self._undelivered(place, error) from error

    async def _undelivered(self, place: Place, error: TelegramError) -> UndeliveredError:
        if is_chat_closed(error):
            await self._threads.keep(self._chats.unreachable, place.chat_id, self._redact(str(error)))
        perhaps = not isinstance(error, _REFUSALS) and not never_sent(error)
        _log.warning("not delivered%s: %s: %s", " for certain" if not perhaps else "", type(error).__name__, error)
        return UndeliveredError(self._redact(str(error)), perhaps)


def _once(moment: Moment) -> Moment:
    """The moment, once, however many attempts and messages it takes."""
    passed = False

    async def pass_once() -> None:
        nonlocal passed
        if not passed:
            passed = True
            await moment()

    return pass_once


def is_topic_gone(error: TelegramError) -> bool:
    """Whether Telegram refused because there is no such topic, or nobody may write in it."""
    return _means(error, _GONE_TOPIC)


def is_chat_closed(error: TelegramError) -> bool:
    """Whether Telegram refused because the bot cannot write in the chat."""
    return isinstance(error, Forbidden) or _means(error, _NO_ENTRY)


def plain_message(text: str) -> tuple[MessageText, ...]:
    """A remark of ours as message texts."""
    return messages([paragraph(text)])


def _means(error: TelegramError, fragments: tuple[str, ...]) -> bool:
    said = str(error).lower()
    return any(fragment in said for fragment in fragments)
