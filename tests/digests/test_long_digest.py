"""A digest longer than one message goes out in parts, each recorded and each sent once."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.assistant.types import Paragraph
from bot.digests.subscription import DeliveryState
from bot.digests.types import Digest, DigestRequest
from stats_tools.database import Database
from tests.channels.telegram_world import Fault
from tests.digests.office import MONDAY, Bulletin, Office

ONE_MESSAGE = 4096
"""UTF-16 units, without the markup."""
CLUSTERS = 400


class LongBulletin(Bulletin):
    """Writes a line on each of very many clusters."""

    def compose(self, request: DigestRequest) -> Digest:
        self.written.append(request)
        lines = tuple(Paragraph(f"集群{number:03}：本季度主营业务收入没有报送。") for number in range(CLUSTERS))
        return Digest("长简报", lines)


def clusters(texts: list[str]) -> list[int]:
    """The clusters told of, in the order of the messages."""
    return [int(number) for text in texts for number in re.findall(r"集群(\d{3})", text)]


def units(text: str) -> int:
    """Length of what a reader sees."""
    return len(re.sub(r"<[^>]+>", "", text).encode("utf-16-le")) // 2


async def test_it_is_split_and_every_part_arrives_once_and_in_order(database: Database) -> None:
    office = Office(database, LongBulletin())
    office.subscribe(-100)
    office.subscribe(-200)
    report = await office.run(MONDAY)
    await office.run(MONDAY + timedelta(minutes=1))
    assert (report.sent, office.states()) == (2, {DeliveryState.SENT: 2})
    for chat in (-100, -200):
        texts = office.texts(chat)
        assert len(texts) > 2
        assert max(map(units, texts)) <= ONE_MESSAGE
        assert clusters(texts) == list(range(CLUSTERS))


async def test_what_follows_a_part_nobody_knows_of_waits_until_that_is_settled(database: Database) -> None:
    office = Office(database, LongBulletin())
    office.subscribe()
    office.telegram.faults.append(Fault("sendMessage", lost="after"))
    report = await office.run(MONDAY)
    assert (report.unknown, len(office.texts())) == (1, 1)
    assert office.ledger.settle(office.only(DeliveryState.UNKNOWN).id, True, office.now)
    await office.run(MONDAY + timedelta(minutes=5))
    assert clusters(office.texts()) == list(range(CLUSTERS))
    assert office.states() == {DeliveryState.SENT: 1}
    assert len(office.bulletin.written) == 1
