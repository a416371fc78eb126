"""Inline mode: ``@bot 烟台生物医药 营收`` in any chat offers answers as cards to send."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from telegram import InlineQuery, InlineQueryResultArticle, InputTextMessageContent, LinkPreviewOptions, Update
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.assistant.access import Principal
from bot.assistant.types import Answer, Question, Status
from bot.channels.telegram_answers import AnswerLayout
from bot.channels.telegram_brevity import brief
from bot.channels.telegram_quota import Quota, Verdict
from bot.channels.telegram_talk import Answers
from bot.channels.telegram_text import messages, shortened
from bot.channels.telegram_threads import Threads
from bot.database.people import People
from prompts import Wording

Context = ContextTypes.DEFAULT_TYPE
SHORTEST = 2
"""Characters from which a query is worth an answer."""
MOST_CARDS = 5
CACHED_SECONDS = 30
"""How long Telegram may offer the same cards again, to the same person only."""
TITLE_UNITS, DESCRIPTION_UNITS = 60, 120
"""Length of a card's lines in UTF-16 code units: what a phone shows of them."""


class InlineAnswers:
    """Answers inline queries.

    Args:
        assistant: the core; called in worker threads, without a conversation.
        quota: queries of one person; those over it get no cards.
        today: the day on which a query is made.
    """

    def __init__(
        self,
        assistant: Answers,
        people: People,
        threads: Threads,
        wording: Wording,
        quota: Quota,
        today: Callable[[], date],
    ) -> None:
        self._assistant = assistant
        self._people = people
        self._threads = threads
        self._layout = AnswerLayout(wording)
        self._quota = quota
        self._today = today
        self._latest: dict[int, str] = {}

    def note(self, update: Update) -> None:
        """Remember a person's latest query: with every letter typed there is a new one, and only the last matters."""
        query = update.inline_query
        if query:
            self._latest[query.from_user.id] = query.id

    async def in_turn(self, update: Update, _context: Context) -> None:
        """Offer cards for a query, unless the person has typed on meanwhile."""
        query = update.inline_query
        if query is None or self._latest.get(query.from_user.id) != query.id:
            return
        del self._latest[query.from_user.id]
        text = query.query.strip()
        wanted = len(text) >= SHORTEST and self._quota.ask(query.from_user.id) is Verdict.ANSWER
        cards = await self._threads.answer(self._cards, text, query) if wanted else []
        try:
            await query.answer(cards, cache_time=CACHED_SECONDS, is_personal=True)
        except TelegramError:
            # Telegram takes cards for a few seconds only; the person has long typed on or gone away.
            return

    def _cards(self, text: str, query: InlineQuery) -> list[InlineQueryResultArticle]:
        person = self._people.by_telegram(query.from_user.id)
        principal = person.principal if person else Principal()
        first = self._assistant.answer(Question(text, self._today(), principal, tentative=True))
        further = first.options if first.status is Status.CLARIFY else first.suggestions
        asked = [Question(each, self._today(), principal, tentative=True) for each in further[: MOST_CARDS - 1]]
        answers = [first, *map(self._assistant.answer, asked)]
        told = [answer for answer in answers if answer.status is Status.ANSWERED and answer.blocks]
        return [self._card(str(number), answer) for number, answer in enumerate(told, 1)]

    def _card(self, name: str, answer: Answer) -> InlineQueryResultArticle:
        """A card that sends the first message of an answer; more than one message cannot be sent inline."""
        sections, _left = brief(self._layout.sections(answer))
        first = messages(sections)[0]
        content = InputTextMessageContent(
            first.html, parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
        )
        title, shown = shortened(answer.question, TITLE_UNITS), shortened(first.plain, DESCRIPTION_UNITS)
        return InlineQueryResultArticle(name, title, content, description=shown.replace("\n", " "))
