"""Handlers of buttons: answered at once, acted on in turn."""

from __future__ import annotations

from datetime import UTC, datetime

from telegram import CallbackQuery, Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.channels.telegram_blank_forms import FORMS
from bot.channels.telegram_buttons import (
    AGAIN,
    ASK,
    BAD,
    CHOOSE,
    EXPORT,
    GOOD,
    MORE,
    REASON,
    SOURCE,
    Keyboard,
    next_citation,
)
from bot.channels.telegram_exports import Exports
from bot.channels.telegram_filing import DISCARD, REVERT, WRITE, Filing
from bot.channels.telegram_opinions import Opinions, voter
from bot.channels.telegram_place import Place
from bot.channels.telegram_subscribing import ACTIONS, SubscriptionTalk
from bot.channels.telegram_talk import Asked, Talk
from bot.channels.telegram_threads import Threads
from bot.database.telegram_answers import Button, ChatAnswer, ChatAnswers
from prompts import Wording

Context = ContextTypes.DEFAULT_TYPE
Press = tuple[Button, ChatAnswer]
VOTES = (GOOD, BAD)
FILING = (WRITE, DISCARD, REVERT, *FORMS)


class Presses:
    """What happens when a button is pressed."""

    def __init__(
        self,
        talk: Talk,
        filing: Filing,
        exports: Exports,
        opinions: Opinions,
        answers: ChatAnswers,
        threads: Threads,
        wording: Wording,
        subscriptions: SubscriptionTalk | None,
    ) -> None:
        self._subscriptions = subscriptions
        self._talk = talk
        self._filing = filing
        self._exports = exports
        self._opinions = opinions
        self._answers = answers
        self._threads = threads
        self._wording = wording
        self._accepted: dict[str, Press] = {}

    async def at_once(self, update: Update) -> None:
        """Answer the press, so that the button stops turning, and note what it means for when its turn comes."""
        query = update.callback_query
        if query is None:
            return
        press = await self._threads.keep(self._answers.press, query.data or "")
        refusal = self._refusal(query, press)
        if press and not refusal:
            self._accepted[query.id] = press
        thanks = self._said(press[0].action) if press and press[0].action in VOTES else ""
        try:
            await query.answer(refusal or thanks or None)
        except TelegramError:
            # Telegram takes an answer for a short time only; the press itself is still good.
            return

    async def in_turn(self, update: Update, context: Context) -> None:
        """Do what the button is for."""
        query = update.callback_query
        press = self._accepted.pop(query.id, None) if query else None
        if query is None or press is None:
            return
        button, answer = press
        on = query.message.message_id if query.message else 0
        match button.action:
            case action if action in VOTES:
                await self._opinions.vote(button, answer, query.from_user.id, on)
            case action if action == REASON:
                await self._opinions.explain(button, answer, query.from_user.id, on)
            case action if action in FILING:
                await self._filing.act(button, answer, query.from_user.id)
            case action if action in ACTIONS and self._subscriptions:
                await self._subscriptions.act(button, answer, query.from_user.id, context.bot)
            case action if action == EXPORT:
                await self._exports.figures(button, answer)
            case action if action == MORE:
                await self._talk.show_more(answer, button.argument, on)
            case action if action == SOURCE:
                await self._turn_to(answer, int(button.argument), on)
            case _:
                await self._ask(update, query, press)

    def _refusal(self, query: CallbackQuery, press: Press | None) -> str:
        """Why a press has no effect; empty where it has one."""
        if press is None:
            return self._said("stale")
        button, answer = press
        # Who asked in a chat's name presses in the own one, so there anybody may choose.
        others = answer.user_id > 0 and query.from_user.id != answer.user_id
        if button.action in (CHOOSE, *FILING) and others:
            return self._said("not_yours")
        if button.action == REASON and query.from_user.id != voter(button):
            return self._said("not_your_vote")
        return ""

    def _said(self, what: str) -> str:
        return self._wording.say(f"telegram.pressed_{what}")

    async def _turn_to(self, answer: ChatAnswer, n: int, message: int) -> None:
        keyboard = Keyboard(self._wording)
        following = next_citation(answer.citations, n)
        if following:
            label = self._wording.say("telegram.button_next")
            keyboard.rows.append([keyboard.button(SOURCE, str(following.n), label)])
        await self._talk.show_citation(answer, n, message, keyboard)

    async def _ask(self, update: Update, query: CallbackQuery, press: Press) -> None:
        button, answer = press
        place = Place(answer.chat_id, answer.topic)
        question = Asked(
            place=place,
            user_id=answer.user_id if button.action == CHOOSE else query.from_user.id,
            text=button.argument,
            message=0,
            reply_to=query.message.message_id if place.is_group and query.message else 0,
            update=update.update_id,
            at=datetime.now(UTC),
            chosen=True,
        )
        if button.action in (ASK, CHOOSE, AGAIN):
            await self._talk.ask(question)
