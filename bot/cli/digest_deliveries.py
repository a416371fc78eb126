"""``digest``: sending what is due, and what became of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from bot.cli.asking import JsonOption
from bot.cli.digests import subscribing
from bot.cli.failures import CommandError, ExitCode, complain
from bot.cli.surroundings import out, settings, write_json
from bot.cli.words import say, wording

if TYPE_CHECKING:
    from bot.database.delivery_ledger import DeliveryLedger
    from bot.digests.delivering import RunReport
    from bot.digests.subscribing import Subscribing
    from bot.digests.subscription import Delivery, Subscription

DeliveryArgument = Annotated[int, Argument(metavar=say("metavar_number"), help=say("help_digest_delivery"), min=1)]


def show(
    everything: Annotated[bool, Option("--all", help=say("help_digest_all"))] = False, as_json: JsonOption = False
) -> int:
    """List subscriptions, and deliveries that somebody has to look at."""
    from bot.database.delivery_ledger import DeliveryLedger
    from bot.digests.subscription import DeliveryState

    states = set(DeliveryState) if everything else {DeliveryState.FAILED, DeliveryState.UNKNOWN}
    with subscribing() as (book, database):
        subscriptions = book.desk.subscriptions.everyone()
        deliveries = DeliveryLedger(database).deliveries(states)
        if as_json:
            write_json(
                {"subscriptions": list(map(_record, subscriptions)), "deliveries": list(map(_entry, deliveries))}
            )
            return ExitCode.ANSWERED
        for each in subscriptions:
            following = book.upcoming(each, 1)
            facts = {"chat": each.wish.place.chat_id, "next": following[0] if following else say("digest_next_none")}
            out(say("digest_subscription_line", line=book.line(each), **facts))
        if not subscriptions:
            out(say("digest_no_subscriptions"))
        if deliveries:
            out(say("digest_all_heading" if everything else "digest_open_heading", count=len(deliveries)))
        for delivery in deliveries:
            out(_line(book, delivery))
    return ExitCode.ANSWERED


def run_due() -> int:
    """Send what is due now."""
    loaded = settings()
    token = loaded.telegram_bot_token.get_secret_value()
    if not token:
        raise CommandError(say("telegram_no_token"), ExitCode.USAGE)
    from bot.channels.telegram_connection import TelegramUnusableError
    from bot.channels.telegram_digest_sender import digest_sender

    async def send() -> RunReport:
        with subscribing() as (book, database):
            base = loaded.telegram_api_base.rstrip("/")
            async with digest_sender(token, base, book.desk, database, wording()) as sender:
                return await sender.run_due()

    try:
        report = asyncio.run(send())
    except TelegramUnusableError as error:
        raise CommandError(say(f"telegram_{error.reason}")) from None
    if report.elsewhere:
        complain(say("digest_elsewhere"))
        return ExitCode.ANSWERED
    counts = {name: getattr(report, name) for name in ("sent", "failed", "postponed", "skipped", "unknown")}
    out(say("digest_run", **counts))
    if report.failed or report.unknown:
        complain(say("digest_look"))
    if report.aborted:
        raise CommandError(say(f"digest_aborted_{report.aborted}"))
    return ExitCode.ANSWERED


def retry(number: DeliveryArgument) -> int:
    """Have a failed delivery tried again."""
    from bot.database.delivery_ledger import DeliveryLedger

    with subscribing() as (book, database):
        ledger = DeliveryLedger(database)
        _check(ledger, number)
        if not ledger.retry(number, book.desk.clock()):
            raise CommandError(say("digest_not_failed", number=number), ExitCode.USAGE)
    out(say("digest_retried", number=number))
    return ExitCode.ANSWERED


def settle(
    number: DeliveryArgument,
    seen: Annotated[bool, Option("--seen", help=say("help_digest_seen"))] = False,
    resend: Annotated[bool, Option("--resend", help=say("help_digest_resend"))] = False,
) -> int:
    """Decide a delivery of which nobody knows whether it arrived."""
    from bot.database.delivery_ledger import DeliveryLedger

    if seen == resend:
        raise CommandError(say("digest_settle_how"), ExitCode.USAGE)
    with subscribing() as (book, database):
        ledger = DeliveryLedger(database)
        _check(ledger, number)
        if not ledger.settle(number, seen, book.desk.clock()):
            raise CommandError(say("digest_not_unknown", number=number), ExitCode.USAGE)
    out(say("digest_settled_seen" if seen else "digest_settled_resend", number=number))
    return ExitCode.ANSWERED


def _check(ledger: DeliveryLedger, number: int) -> None:
    if ledger.get(number) is None:
        raise CommandError(say("digest_no_such_delivery", number=number), ExitCode.NOT_FOUND)


def _line(book: Subscribing, delivery: Delivery) -> str:
    wish = delivery.subscription.wish
    known = wording().keys
    key = f"digest_reason_{delivery.reason}"
    reason = say(key) if f"cli.{key}" in known else delivery.reason
    return say(
        "digest_delivery",
        id=delivery.id,
        subscription=delivery.subscription.id,
        what=book.named(delivery.subscription),
        chat=wish.place.chat_id,
        due=book.moment(delivery.due, wish.zone),
        state=say(f"digest_state_{delivery.state.value}"),
        reason=say("digest_reason", reason=reason) if reason else "",
    )


def _record(subscription: Subscription) -> dict[str, object]:
    wish = subscription.wish
    return {
        "id": subscription.id,
        "kind": wish.kind.value,
        "scope": wish.scope,
        "chat": wish.place.chat_id,
        "topic": wish.place.topic,
        "when": wish.words,
        "cron": wish.cron,
        "zone": wish.zone,
        "state": subscription.state.value,
        "reachable": subscription.is_reachable,
        "next_due": subscription.next_due,
    }


def _entry(delivery: Delivery) -> dict[str, object]:
    return {
        "id": delivery.id,
        "subscription": delivery.subscription.id,
        "chat": delivery.subscription.wish.place.chat_id,
        "due": delivery.due,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "reason": delivery.reason,
    }
