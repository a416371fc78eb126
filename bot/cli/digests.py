"""``digest``: what chats subscribe to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from bot.cli.asking import RoleOption
from bot.cli.failures import CommandError, ExitCode
from bot.cli.ready import ready
from bot.cli.surroundings import out, principal, settings
from bot.cli.words import say, wording

if TYPE_CHECKING:
    from bot.digests.subscribing import Subscribing
    from bot.digests.subscription import Subscription
    from stats_tools.database import Database

WhatArgument = Annotated[list[str], Argument(metavar=say("metavar_what"), help=say("help_digest_what"))]
NumberArgument = Annotated[int, Argument(metavar=say("metavar_number"), help=say("help_digest_number"), min=1)]
BY = "cli"


def preview(
    what: WhatArgument,
    role: RoleOption = None,
) -> int:
    """Show a digest as it would be written now."""
    from bot.assistant.rendering import plain_text

    readers = principal(role)
    with subscribing() as (book, _database):
        digest = book.preview(*book.read(" ".join(what)), readers)
    out(f"{digest.title}\n\n{plain_text(digest.blocks)}")
    if digest.details:
        out(f"\n{say('digest_details')}\n{plain_text(digest.details)}")
    for attachment in digest.attachments:
        out(say("digest_attachment", path=attachment.path))
    return ExitCode.ANSWERED


def subscribe(
    what: WhatArgument,
    chat: Annotated[int, Option("--chat", metavar=say("metavar_chat"), help=say("help_digest_chat"))],
    when: Annotated[str, Option("--when", metavar=say("metavar_when"), help=say("help_digest_when"))] = "",
    topic: Annotated[int, Option("--topic", metavar=say("metavar_topic"), help=say("help_digest_topic"), min=0)] = 0,
    zone: Annotated[str, Option("--zone", metavar=say("metavar_zone"), help=say("help_digest_zone"))] = "Asia/Shanghai",
    catch_up: Annotated[
        str, Option("--catch-up", metavar=say("metavar_rule"), help=say("help_digest_catch_up"))
    ] = "latest",
) -> int:
    """Subscribe a chat, and show the next runs."""
    from bot.digests.subscribing import Asking
    from bot.digests.subscription import Place

    with subscribing() as (book, _database):
        kept = book.subscribe(Asking(" ".join(what), when, Place(chat, topic), BY, zone, catch_up))
        out(book.created(kept, wording().say(f"telegram.role_{book.desk.readers(kept).role.value}")))
        out(say("digest_created_next"))
    return ExitCode.ANSWERED


def pause(number: NumberArgument) -> int:
    """Pause a subscription."""
    with _existing(number) as (book, subscription):
        book.desk.subscriptions.pause(subscription.id, book.desk.clock())
    out(say("digest_paused", number=number))
    return ExitCode.ANSWERED


def resume(number: NumberArgument) -> int:
    """Resume a subscription."""
    with _existing(number) as (book, subscription):
        book.resume(subscription)
        out(say("digest_resumed", number=number, runs="；".join(book.upcoming(subscription))))
    return ExitCode.ANSWERED


def unsubscribe(number: NumberArgument) -> int:
    """End a subscription."""
    with _existing(number) as (book, subscription):
        book.desk.subscriptions.end(subscription.id, book.desk.clock())
    out(say("digest_ended", number=number))
    return ExitCode.ANSWERED


def trial(number: NumberArgument) -> int:
    """Have a digest sent once beside the schedule."""
    with _existing(number) as (book, subscription):
        delivery = book.desk.outbox.add_trial(subscription.id, book.desk.clock())
    out(say("digest_trial", number=number, delivery=delivery))
    return ExitCode.ANSWERED


@contextmanager
def subscribing() -> Iterator[tuple[Subscribing, Database]]:
    """Subscriptions, once there is state; what a person can mend is told."""
    from bot.bootstrap import open_subscribing
    from bot.digests.duties import DutiesError
    from bot.digests.subscribing import SubscribingError
    from bot.state import open_database_of

    loaded = ready(settings())
    database = open_database_of(loaded)
    try:
        yield open_subscribing(loaded, database), database
    except DutiesError as error:
        raise CommandError(say("digest_duties_unreadable", reason=error), ExitCode.USAGE) from error
    except SubscribingError as error:
        raise CommandError(str(error), ExitCode.USAGE) from error
    finally:
        database.close()


@contextmanager
def _existing(number: int) -> Iterator[tuple[Subscribing, Subscription]]:
    from bot.digests.subscription import SubscriptionState

    with subscribing() as (book, _database):
        found = book.desk.subscriptions.get(number)
        if found is None or found.state is SubscriptionState.ENDED:
            raise CommandError(say("digest_no_such", number=number), ExitCode.NOT_FOUND)
        yield book, found
