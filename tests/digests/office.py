"""Subscriptions, a clock that is set by hand, and a Telegram of one process."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.assistant.types import Attachment, Paragraph
from bot.channels.telegram_digest_sender import digest_sender
from bot.channels.telegram_limits import Rates
from bot.database.delivery_ledger import DeliveryLedger
from bot.database.digest_subscriptions import Subscriptions, readers
from bot.database.outbox import Outbox
from bot.digests.delivering import Desk, RunReport
from bot.digests.duties import DutyCalendar
from bot.digests.subscribing import Asking, Subscribing, recurrences
from bot.digests.subscription import Delivery, DeliveryState, Place, Subscription
from bot.digests.types import Digest, DigestKind, DigestRequest, DigestScopeError
from prompts import Wording
from stats_tools.database import Database
from tests.channels.telegram_world import TOKEN, UNLIMITED, FakeTelegram

MONDAY = datetime(2021, 9, 6, 1, 0, tzinfo=UTC)
"""A Monday, 9 o'clock in Shanghai."""
WORDING = Wording.load()
CALENDAR = DutyCalendar.load()


@dataclass
class Bulletin:
    """Writes what the readers may see and how often something was written."""

    chart: Path | None = None
    written: list[DigestRequest] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    unknown: tuple[str, ...] = ("没有的集群", "天气")

    def scope(self, _kind: DigestKind, words: str, /) -> str:
        if words in self.unknown:
            raise DigestScopeError("没有这个集群，请换一个。")
        return words

    def called(self, scope: str, /) -> str:
        return scope

    def compose(self, request: DigestRequest) -> Digest:
        if request.scope in self.broken:
            raise ZeroDivisionError
        self.written.append(request)
        chart = (Attachment("chart", self.chart),) if self.chart else ()
        number = len(self.written)
        return Digest(
            f"第{number}期 {request.scope}",
            (Paragraph(f"{request.principal.role} 可见，{request.on.isoformat()}"),),
            (Paragraph("详情"),),
            chart,
            state={"issue": number},
        )


class Office:
    """Everything that sends digests, at the hour the test sets."""

    def __init__(self, database: Database, bulletin: Bulletin | None = None) -> None:
        self.database = database
        self.now = MONDAY - timedelta(days=1)
        self.bulletin = bulletin or Bulletin()
        self.telegram = FakeTelegram()
        self.subscriptions, self.outbox = Subscriptions(database), Outbox(database)
        self.ledger = DeliveryLedger(database)
        composers = dict.fromkeys(DigestKind, self.bulletin)
        planned = partial(recurrences, CALENDAR)
        self.desk = Desk(self.subscriptions, self.outbox, composers, planned, readers(database), lambda: self.now)
        self.subscribing = Subscribing(self.desk, WORDING)

    def subscribe(
        self,
        chat: int = -100,
        when: str = "每周一9点",
        what: str = "进展",
        topic: int = 0,
        zone: str = "Asia/Shanghai",
        catch_up: str = "latest",
    ) -> Subscription:
        return self.subscribing.subscribe(Asking(what, when, Place(chat, topic), "test", zone, catch_up))

    async def run(self, now: datetime | None = None, rates: Rates = UNLIMITED) -> RunReport:
        """One pass at a moment."""
        self.now = now or self.now
        sender = digest_sender(TOKEN, "", self.desk, self.database, WORDING, rates, self.telegram)
        async with sender as run:
            return await run.run_due()

    def states(self) -> Counter[DeliveryState]:
        return Counter(self.ledger.counts())

    def only(self, state: DeliveryState) -> Delivery:
        """The one run in a state."""
        (found,) = self.ledger.deliveries([state])
        return found

    def texts(self, chat: int | None = None) -> list[str]:
        return self.telegram.texts(chat)
