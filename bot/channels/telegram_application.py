"""The Telegram door as a whole: its parts put together, started, and stopped without losing anything."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    ExtBot,
    InlineQueryHandler,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest

from bot.assistant.access import Role
from bot.channels.telegram_connection import TelegramUnusableError, connect, connected_bot, http
from bot.channels.telegram_digest_door import DigestDoor
from bot.channels.telegram_entrance import Entrance
from bot.channels.telegram_exports import Exports
from bot.channels.telegram_filed_reports import Archive
from bot.channels.telegram_filing import Filing
from bot.channels.telegram_gate import Departure
from bot.channels.telegram_inline import InlineAnswers
from bot.channels.telegram_intake import Intake
from bot.channels.telegram_limits import Rates
from bot.channels.telegram_meanwhile import Drafts
from bot.channels.telegram_menus import commands, offer_menus
from bot.channels.telegram_opinions import Opinions
from bot.channels.telegram_order import ChatOrder
from bot.channels.telegram_people import Membership
from bot.channels.telegram_place import Place
from bot.channels.telegram_polling import Poller
from bot.channels.telegram_post import Post
from bot.channels.telegram_presses import Presses
from bot.channels.telegram_questions import Questions
from bot.channels.telegram_quota import Quota
from bot.channels.telegram_secrets import Redaction, token_kept_out_of_logs
from bot.channels.telegram_settings import Operation, SettingsOverview
from bot.channels.telegram_talk import Answers, Patience, Records, Talk
from bot.channels.telegram_threads import Threads
from bot.channels.telegram_webhook import Webhook, WebhookAddress, WebhookPortError
from bot.database.feedback import Feedback
from bot.database.people import People
from bot.database.telegram_answers import ChatAnswers
from bot.database.telegram_chats import Chats
from bot.database.telegram_people import Invitations, Traces
from bot.database.telegram_updates import Lease, UpdateInbox, at_work
from bot.digests.subscribing import Subscribing
from prompts import Wording
from stats_tools.database import Database

Bot = Application[ExtBot[Departure], Any, Any, Any, Any, Any]
POLL_SECONDS = 25
LEASE = timedelta(seconds=2 * POLL_SECONDS + 20)
BESIDE_OTHERS = timedelta(seconds=60)
"""How long a process that updates are brought to is taken to be at work after it last showed so."""
UPKEEP_EVERY = timedelta(hours=1)
LONGEST_DEPARTURE = timedelta(hours=1)
"""Age from which no process is still sending an answer: ``retry_after`` is waited for, repeatedly."""
STOPPING_SECONDS = 20.0
"""How long answers in work may still go out when the bot is stopped; the rest is answered after the next start."""
INLINE_QUERIES = 3
"""Inline queries allowed for each question a person may ask: typing one makes several."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Profile:
    """How the bot is run.

    Args:
        api_base: base address of the Bot API server without the trailing slash; empty for Telegram's own.
        admins: Telegram ids that are administrators.
        answering: questions answered at the same time.
        stale: age from which a message gets one line instead of an answer.
        user_per_minute: questions of one person.
        group_per_minute: questions in one group.
        retention: how long conversations, answers and feedback are kept.
        rates: limits of sending.
        uploads: folder for reports that wait for confirmation.
        model: name of the language model that helps to answer; empty for the rules alone.
        webhook: where Telegram is to bring updates; they are fetched by long polling where this is None.
    """

    token: str
    uploads: Path
    api_base: str = ""
    admins: frozenset[int] = frozenset()
    answering: int = 4
    stale: timedelta = timedelta(minutes=30)
    user_per_minute: int = 20
    group_per_minute: int = 20
    retention: timedelta = timedelta(days=180)
    rates: Rates = field(default_factory=Rates)
    model: str = ""
    webhook: WebhookAddress | None = None


class TelegramBot:
    """The bot with everything it is made of.

    Args:
        assistant: answers the questions.
        database: migrated to the head.
        today: the day on which a question is asked.
        holder: name of this process in its leases.
        transport: what carries requests to Telegram; HTTP when left out.
        digests: what chats can subscribe to; without it nothing is sent by itself.
        removed: says of a cited document that it was removed since, empty for one at hand.
    """

    def __init__(
        self,
        profile: Profile,
        assistant: Answers,
        database: Database,
        wording: Wording,
        today: Callable[[], date],
        holder: str,
        transport: BaseRequest | None = None,
        digests: Subscribing | None = None,
        removed: Callable[[str], str] = lambda _doc_id: "",
    ) -> None:
        self._profile = profile
        self._wording = wording
        self._threads = Threads(database, profile.answering)
        self._inbox = UpdateInbox(database, holder)
        self._traces = Traces(database)
        self._people = People(database)
        chats, answers = Chats(database), ChatAnswers(database)
        records = Records(self._people, chats, answers, self._inbox)
        self.application = _application(profile, ChatOrder(self._at_once, self._finished), transport)
        self._post = Post(self.application.bot, chats, self._threads, Redaction(profile.token))
        patience = Patience(profile.stale, Quota(profile.user_per_minute), Quota(profile.group_per_minute))
        drafts = Drafts(self.application.bot)
        talk = Talk(assistant, self._post, records, self._threads, wording, patience, today, drafts, removed)
        self._talk = talk
        offered = commands()
        archive = Archive(database, profile.uploads, today)
        self._filing = Filing(archive, self._people, answers, self._post, self._threads, wording)
        self._exports = Exports(archive, talk, self._post, self._threads, wording)
        queries = Quota(profile.user_per_minute * INLINE_QUERIES)
        self._inline = InlineAnswers(assistant, self._people, self._threads, wording, queries, today)
        self._opinions = Opinions(Feedback(database), answers, self._post, self._threads, wording)
        self._digests = digests and DigestDoor(
            digests, database, talk, self._post, self._threads, wording, profile.retention
        )
        subscriptions = self._digests.talk if self._digests else None
        self._presses = Presses(
            talk, self._filing, self._exports, self._opinions, answers, self._threads, wording, subscriptions
        )
        asking = [each for each in offered if each.asks]
        self._questions = Questions(talk, self._opinions, self._post, wording, asking)
        self._membership = Membership(
            self._people, chats, Invitations(database), self._traces, self._post, self._threads, wording
        )
        operation = Operation(profile.retention, profile.model, profile.user_per_minute, profile.group_per_minute)
        self._overview = SettingsOverview(operation, self._membership, talk, self._post, wording)
        self._entrance = Entrance(
            self._membership, chats, answers, self._traces, self._post, self._threads, wording, offered
        )
        self._intake = Intake(self.application.bot, self._inbox, self._threads, self.application.update_queue.put)
        self._lease, self._source = self._supply(database, holder, transport)
        self._add_handlers()

    def _supply(self, database: Database, holder: str, transport: BaseRequest | None) -> tuple[Lease, Poller | Webhook]:
        """What brings the updates, and the lease under which it does."""
        bot, intake, threads = self.application.bot, self._intake, self._threads
        if address := self._profile.webhook:
            beside = at_work(database, holder, BESIDE_OTHERS)
            return beside, Webhook(bot, intake, beside, threads, address, self._profile.token)
        alone = Lease(database, "telegram-poll", holder, LEASE)
        polls = transport or http(1)
        return alone, Poller(polls, bot.base_url, intake, alone, threads, self._nobody_else, POLL_SECONDS)

    async def run(self) -> None:
        """Serve until cancelled.

        Raises:
            TelegramUnusableError: the token is not valid, or Telegram cannot be reached at the start.
        """
        try:
            async with self.serving():
                await self._source.run()
        except InvalidToken:
            raise TelegramUnusableError("token") from None
        except TelegramError:
            raise TelegramUnusableError("unreachable") from None
        except WebhookPortError:
            raise TelegramUnusableError("port") from None

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """While the block runs, updates received are dealt with; at its end those in work are finished."""
        for admin in self._profile.admins:
            await self._threads.keep(self._people.grant, admin, Role.ADMIN)
        try:
            await connect(self.application.bot)
            async with self.application:
                if not self._profile.webhook:
                    await self.application.bot.delete_webhook(drop_pending_updates=False)
                await self.application.start()
                upkeep = asyncio.create_task(self._upkeep())
                menus = asyncio.create_task(offer_menus(self.application.bot))
                sending = asyncio.create_task(self._digests.serve()) if self._digests else None
                try:
                    yield
                finally:
                    for task in (upkeep, menus):
                        task.cancel()
                    await asyncio.gather(upkeep, menus, return_exceptions=True)
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._stop(sending), STOPPING_SECONDS)
                    # Not before: the next process would begin what is still being finished here.
                    await self._threads.keep(self._lease.give_back)
        finally:
            # The library leaves its connections open where the very first request fails.
            await self.application.bot.shutdown()
            if self._digests:
                self._digests.close()
            self._threads.close()

    async def _stop(self, sending: asyncio.Task[None] | None) -> None:
        if self._digests and sending:
            self._digests.stop()
            await sending
        await self.application.stop()
        await self._post.settle()

    async def receive(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Store updates as Telegram brings them and take over those never seen before, in order.

        Waits while too many are in work.
        """
        await self._intake.receive(updates)

    async def _at_once(self, update: Update) -> None:
        self._inline.note(update)
        await self._presses.at_once(update)

    async def _finished(self, update: Update) -> None:
        if not self._talk.was_settled(update.update_id):
            await self._threads.keep(self._inbox.finish, update.update_id)

    async def _nobody_else(self) -> None:
        await self._talk.doubt(datetime.now(UTC))

    async def _upkeep(self) -> None:
        while True:
            try:
                await self._talk.doubt(datetime.now(UTC) - LONGEST_DEPARTURE)
                await self._threads.keep(self._inbox.forget_old)
                await self._threads.keep(self._filing.forget_old)
                await self._threads.keep(self._traces.forget_before, datetime.now(UTC) - self._profile.retention)
            except Exception:
                # What could not be forgotten now is forgotten in an hour.
                _log.exception("upkeep")
            await asyncio.sleep(UPKEEP_EVERY.total_seconds())

    async def _failed(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Whatever broke is in the log; the person gets a sentence and a next step."""
        _log.error("update not dealt with", exc_info=context.error)
        if isinstance(update, Update) and update.effective_chat and (update.message or update.callback_query):
            await self._post.say(Place(update.effective_chat.id), self._wording.say("telegram.failed"))

    def _add_handlers(self) -> None:
        add, new = self.application.add_handler, filters.UpdateType.MESSAGE
        add(MessageHandler(filters.StatusUpdate.MIGRATE, self._entrance.migrated))
        add(ChatMemberHandler(self._entrance.membership, ChatMemberHandler.MY_CHAT_MEMBER))
        for name, handler in {
            "start": self._entrance.start,
            "help": self._entrance.help,
            "cancel": self._entrance.cancel,
            "feedback": self._opinions.remark,
            "import": self._filing.how,
            "export": self._exports.everything,
            "whoami": self._membership.whoami,
            "settings": self._overview.show,
            "invite": self._membership.invite,
            "people": self._membership.people,
            "grant": self._membership.grant,
            "revoke": self._membership.revoke,
            "bind": self._membership.bind,
            "forget_me": self._membership.forget_me,
        }.items():
            add(CommandHandler(name, handler, filters=new))
        if self._digests:
            talk = self._digests.talk
            add(CommandHandler("subscribe", talk.subscribe, filters=new))
            add(CommandHandler("unsubscribe", talk.unsubscribe, filters=new))
            add(CommandHandler("digest", talk.digest, filters=new))
        edited_too = filters.UpdateType.MESSAGES
        add(MessageHandler(new & filters.ChatType.PRIVATE & filters.Document.ALL, self._filing.document))
        add(CommandHandler("ask", self._questions.ask, filters=edited_too))
        asking = [each.name for each in commands() if each.asks]
        add(CommandHandler(asking, self._questions.command, filters=edited_too))
        add(MessageHandler(new & filters.COMMAND, self._questions.unknown))
        add(MessageHandler(edited_too & filters.TEXT & ~filters.COMMAND, self._questions.text))
        add(MessageHandler(new & ~filters.StatusUpdate.ALL & ~filters.TEXT, self._questions.other))
        add(CallbackQueryHandler(self._presses.in_turn))
        add(InlineQueryHandler(self._inline.in_turn))
        self.application.add_error_handler(self._failed)


async def serve(
    profile: Profile,
    assistant: Answers,
    database: Database,
    wording: Wording,
    today: Callable[[], date],
    holder: str,
    transport: BaseRequest | None = None,
    digests: Subscribing | None = None,
    removed: Callable[[str], str] = lambda _doc_id: "",
) -> None:
    """Make a bot and serve until cancelled, the token kept out of every log from its making on.

    The arguments are those of ``TelegramBot``.

    Raises:
        TelegramUnusableError: the token is not valid, or Telegram cannot be reached at the start.
    """
    # One line a request would bury everything else in the log.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with token_kept_out_of_logs(Redaction(profile.token)):
        await TelegramBot(profile, assistant, database, wording, today, holder, transport, digests, removed).run()


def _application(profile: Profile, order: ChatOrder, transport: BaseRequest | None) -> Bot:
    bot = connected_bot(profile.token, profile.api_base, profile.rates, transport)
    return ApplicationBuilder().bot(bot).concurrent_updates(order).updater(None).job_queue(None).build()
