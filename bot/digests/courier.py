"""What a door promises that brings digests to chats."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from bot.digests.frozen import KeptDigest
from bot.digests.subscription import Place


class Obstacle(StrEnum):
    """Why a message did not arrive."""

    CHAT = "chat"
    """The chat is gone, or the bot may not write there."""
    TOPIC = "topic"
    """The topic is gone; the chat is there."""
    CONTENT = "content"
    """Telegram does not take this message."""
    LATER = "later"
    """For a passing reason it certainly did not arrive."""
    PERHAPS = "perhaps"
    """Nobody knows whether it arrived."""
    TOKEN = "token"  # noqa: S105 - the name of an obstacle
    """The bot itself is not let in."""


class UndeliverableError(Exception):
    """A message did not arrive, or nobody knows whether it did.

    Args:
        obstacle: the kind of reason.
        reason: in the server's words, without secrets.
        pause: how long the server asks to wait.
    """

    def __init__(self, obstacle: Obstacle, reason: str, pause: timedelta = timedelta()) -> None:
        super().__init__(f"{obstacle}: {reason}")
        self.obstacle = obstacle
        self.reason = reason
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message of a delivery.

    Args:
        subscription: number of the subscription, for the buttons.
        position: of the message among those of the digest, from 0.
        file: content of the file that goes with it; empty for a message of text.
        trial: whether somebody asked for it beside the schedule, which the text then says.
    """

    subscription: int
    place: Place
    digest: KeptDigest
    position: int
    file: bytes = b""
    trial: bool = False


class Courier(Protocol):
    """Brings messages to chats."""

    def texts(self, digest: KeptDigest, trial: bool) -> int:
        """How many messages the text of a digest takes; one more follows for each of its files."""

    async def send(self, parcel: Parcel, leaving: Callable[[], Awaitable[None]]) -> int:
        """Send one message, behind everything somebody waits for, and return its ``message_id``.

        Args:
            parcel: the message.
            leaving: awaited immediately before it may arrive; what it raises keeps it from leaving.

        Raises:
            UndeliverableError: as it says.
        """
