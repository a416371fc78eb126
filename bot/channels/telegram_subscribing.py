"""Handlers of ``/subscribe``, ``/unsubscribe`` and ``/digest``, and of the buttons below them and below digests."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from telegram import Bot, Message, Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.assistant.access import Principal, Role
from bot.channels.telegram_buttons import Keyboard
from bot.channels.telegram_digests import CHANGE, DETAILS, DigestPost
from bot.channels.telegram_place import Place, place_of, speaker_of
from bot.channels.telegram_post import Post, UndeliveredError, plain_message
from bot.channels.telegram_requests import command_text
from bot.channels.telegram_talk import Talk
from bot.channels.telegram_text import MessageText
from bot.channels.telegram_threads import Threads
from bot.database.people import People
from bot.database.telegram_answers import Button, ChatAnswer, ChatAnswers, new_token
from bot.digests import subscription as agreed
from bot.digests.frozen import freeze, thawed
from bot.digests.subscribing import Asking, Subscribing, SubscribingError, kinds
from bot.digests.subscription import Subscription, SubscriptionState
from prompts import Wording

TAKE, SHOW, TRIAL = "digest_take", "digest_show", "digest_trial"
PAUSE, RESUME, END = "digest_pause", "digest_resume", "digest_end"
"""Actions: subscribe to a kind at its usual time; show a subscription's digest as it would be written now; have one
sent; pause, resume and end a subscription."""
ACTIONS = frozenset({DETAILS, CHANGE, TAKE, SHOW, TRIAL, PAUSE, RESUME, END})
_CHANGING = frozenset({TAKE, TRIAL, PAUSE, RESUME, END})
_ADMINS = ("administrator", "creator")
Context = ContextTypes.DEFAULT_TYPE
_log = logging.getLogger(__name__)


class SubscriptionTalk:
    """What chats agree to get.

    Args:
        book: the subscriptions.
        wake: set where something is due at once.
    """

    def __init__(
        self,
        book: Subscribing,
        people: People,
        answers: ChatAnswers,
        talk: Talk,
        post: Post,
        threads: Threads,
        wording: Wording,
        wake: asyncio.Event,
    ) -> None:
        self._book = book
        self._people = people
        self._answers = answers
        self._talk = talk
        self._post = post
        self._layout = DigestPost(post, answers, threads, wording)
        self._threads = threads
        self._wording = wording
        self._wake = wake

    async def subscribe(self, update: Update, context: Context) -> None:
        """Subscribe the chat and topic; without words, offer what there is."""
        asked = await self._from_someone_entitled(update, context)
        if asked is None:
            return
        message, user_id = asked
        place, text = place_of(message), command_text(message)
        if not text:
            keyboard = await self._threads.answer(self._offers)
            await self._show(place, user_id, plain_message(self._say("offer")), keyboard)
            return
        what, when = self._book.asked(text)
        await self._take(place, user_id, what, when)

    async def digest(self, update: Update, _context: Context) -> None:
        """List the chat's subscriptions; with words, show that digest as it would be written now."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        place, text = place_of(message), command_text(message)
        if text:
            await self._preview(place, user.id, text)
            return
        mine = await self._threads.keep(self._book.desk.subscriptions.of_chat, place.chat_id)
        await self._list(place, user.id, mine, CHANGE)

    async def unsubscribe(self, update: Update, context: Context) -> None:
        """End the subscription with a number; without one, offer those there are."""
        asked = await self._from_someone_entitled(update, context)
        if asked is None:
            return
        message, user_id = asked
        place, text = place_of(message), command_text(message).lstrip("#")
        mine = await self._threads.keep(self._book.desk.subscriptions.of_chat, place.chat_id)
        found = next((each for each in mine if str(each.id) == text), None)
        if found is not None:
            await self._change(END, found, place, user_id)
        elif text and mine:
            await self._post.say(place, self._say("no_such", said=text))
        else:
            await self._list(place, user_id, mine, END)

    async def act(self, button: Button, answer: ChatAnswer, user_id: int, bot: Bot) -> None:
        """Do what a button is for."""
        place = Place(answer.chat_id, answer.topic)
        if button.action == DETAILS:
            await self._details(place, button.argument)
            return
        if button.action in _CHANGING and not await self._entitled(place, user_id, bot):
            await self._post.say(place, self._say("not_entitled"))
            return
        if button.action == TAKE:
            await self._take(place, user_id, button.argument, "")
            return
        found = await self._threads.keep(self._book.desk.subscriptions.get, int(button.argument))
        if found is None or found.state is SubscriptionState.ENDED or found.wish.place.chat_id != place.chat_id:
            await self._post.say(place, self._say("gone"))
        elif button.action == CHANGE:
            line = await self._threads.keep(self._book.line, found)
            await self._show(place, user_id, plain_message(line), self._changes(found))
        elif button.action == SHOW:
            wish = found.wish
            await self._written(place, user_id, await self._threads.keep(self._book.desk.readers, found), wish)
        else:
            await self._change(button.action, found, place, user_id)

    async def _take(self, place: Place, user_id: int, what: str, when: str) -> None:
        asking = Asking(what, when, agreed.Place(place.chat_id, place.topic), f"telegram:{user_id}")
        try:
            kept = await self._threads.answer(self._book.subscribe, asking)
        except SubscribingError as error:
            await self._post.say(place, str(error))
            return
        readers = await self._threads.keep(self._book.desk.readers, kept)
        role = self._wording.say(f"telegram.role_{readers.role.value}")
        words = await self._threads.keep(self._book.created, kept, role)
        await self._show(place, user_id, plain_message(f"{words}\n{self._say('created_next')}"), self._changes(kept))

    async def _change(self, action: str, subscription: Subscription, place: Place, user_id: int) -> None:
        desk, number = self._book.desk, subscription.id
        if action == RESUME:
            await self._threads.keep(self._book.resume, subscription)
        elif action == TRIAL:
            await self._threads.keep(desk.outbox.add_trial, number, desk.clock())
            self._wake.set()
            return
        else:
            stop = desk.subscriptions.pause if action == PAUSE else desk.subscriptions.end
            await self._threads.keep(stop, number, desk.clock())
        now = await self._threads.keep(desk.subscriptions.get, number)
        if now is not None:
            line = await self._threads.keep(self._book.line, now)
            await self._show(place, user_id, plain_message(line), self._changes(now))

    async def _preview(self, place: Place, user_id: int, text: str) -> None:
        try:
            kind, scope = await self._threads.answer(self._book.read, text)
        except SubscribingError as error:
            await self._post.say(place, str(error))
            return
        rule = agreed.CatchUpRule()
        there = agreed.Place(place.chat_id, place.topic)
        wish = agreed.Wish(kind, scope, there, "", "", "Asia/Shanghai", rule, "")
        await self._written(place, user_id, await self._talk.principal_of(place, user_id), wish)

    async def _written(self, place: Place, user_id: int, readers: Principal, wish: agreed.Wish) -> None:
        """Show a digest as it would be written now."""
        async with self._post.typing(place):
            try:
                digest = await self._threads.answer(self._book.preview, wish.kind, wish.scope, readers, wish.zone)
            except SubscribingError as error:
                await self._post.say(place, str(error))
                return
            kept, _files = await self._threads.answer(freeze, digest)
        texts = [*self._layout.messages(kept), *(self._layout.details(kept) if kept.details else ())]
        await self._show(place, user_id, texts, Keyboard(self._wording))
        for attachment in digest.attachments:
            try:
                await self._post.file(place, attachment.path, digest.title, as_photo=attachment.kind == "chart")
            except UndeliveredError:
                _log.info("attachment of a preview not sent")

    async def _details(self, place: Place, key: str) -> None:
        body = await self._threads.keep(self._book.desk.outbox.snapshot, key)
        if not body:
            await self._post.say(place, self._say("details_gone"))
            return
        try:
            await self._post.send(place, self._layout.details(thawed(body)))
        except UndeliveredError:
            _log.info("details not shown")

    async def _list(self, place: Place, user_id: int, mine: Sequence[Subscription], action: str) -> None:
        keyboard = Keyboard(self._wording)
        if not mine:
            await self._show(place, user_id, plain_message(self._say("none_yet")), keyboard)
            return
        lines = await self._threads.keep(lambda: [self._book.line(each) for each in mine])
        for each in mine:
            label = self._say(f"button_{action}", id=each.id, what=self._book.named(each))
            keyboard.rows.append([keyboard.button(action, str(each.id), label)])
        await self._show(place, user_id, plain_message("\n".join([self._say("list"), *lines])), keyboard)

    def _offers(self) -> Keyboard:
        """A button for every kind that needs no name of a cluster or city."""
        keyboard = Keyboard(self._wording)
        for kind, called in kinds().items():
            if kind not in self._book.desk.composers:
                continue
            try:
                self._book.read(called.words[0])
            except SubscribingError:
                continue
            label = self._say("button_take", what=self._say(f"kind_{kind.value}"), when=called.timing)
            keyboard.rows.append([keyboard.button(TAKE, called.words[0], label)])
        return keyboard

    def _changes(self, subscription: Subscription) -> Keyboard:
        keyboard = Keyboard(self._wording)
        if subscription.state is SubscriptionState.ENDED:
            return keyboard
        number = str(subscription.id)
        toggle = RESUME if subscription.state is SubscriptionState.PAUSED else PAUSE
        keyboard.rows.append([keyboard.said(action, number) for action in (SHOW, TRIAL)])
        keyboard.rows.append([keyboard.said(action, number) for action in (toggle, END)])
        return keyboard

    async def _show(self, place: Place, user_id: int, texts: Sequence[MessageText], keyboard: Keyboard) -> None:
        kept = ChatAnswer(new_token(), place.chat_id, place.topic, user_id, 0, "", ())
        await self._threads.write(self._answers.adding(kept, keyboard.buttons))
        try:
            await self._post.send(place, texts, keyboard.markup)
        except UndeliveredError:
            _log.info("subscriptions not shown")

    async def _from_someone_entitled(self, update: Update, context: Context) -> tuple[Message, int] | None:
        message = update.effective_message
        speaker = speaker_of(message) if message else None
        if message is None or speaker is None:
            return None
        place = place_of(message)
        if await self._entitled(place, speaker, context.bot):
            return message, speaker
        await self._post.say(place, self._say("not_entitled"), message.message_id)
        return None

    async def _entitled(self, place: Place, user_id: int, bot: Bot) -> bool:
        """Whether somebody decides what the chat gets: oneself in private, in a group its admins and officials."""
        # Only administrators can write in their group's own name.
        if not place.is_group or user_id == place.chat_id:
            return True
        person = await self._threads.keep(self._people.by_telegram, user_id)
        if person and person.role.includes(Role.OFFICIAL):
            return True
        try:
            return (await bot.get_chat_member(place.chat_id, user_id)).status in _ADMINS
        except TelegramError as error:
            _log.info("membership not told: %s", type(error).__name__)
            return False

    def _say(self, key: str, **variables: object) -> str:
        return self._wording.say(f"digests.{key}", **variables)
