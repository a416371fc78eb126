"""What a digest is, and what whoever writes one promises to whoever delivers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from bot.assistant.access import Principal
from bot.assistant.types import Attachment, Block


class DigestKind(StrEnum):
    """What a chat can subscribe to."""

    PROGRESS = "progress"
    """The whole province against the plan's targets."""
    CLUSTER = "cluster"
    """One cluster."""
    CITY = "city"
    """The clusters of one city."""
    PIPELINE = "pipeline"
    """Projects by stage."""
    REMINDER = "reminder"
    """Duties ahead and overdue: who has not reported."""
    EXPIRY = "expiry"
    """Documents that expire or have expired."""


@dataclass(frozen=True, slots=True)
class DigestRequest:
    """What is to be written.

    Args:
        kind: of digest.
        scope: as ``DigestComposer.scope`` returned it; empty for everything the kind covers.
        principal: the chat's level of access, never that of whoever subscribed.
        on: the day on which it is written, in the subscription's time zone.
        previous: ``state`` of the digest the chat got before; empty for the first one.
    """

    kind: DigestKind
    scope: str
    principal: Principal
    on: date
    previous: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Digest:
    """What was written, complete: a later delivery of it says the same, whatever has been reported meanwhile.

    Args:
        title: first line, bold.
        blocks: what fits one message of a phone, without the title.
        details: what a button shows.
        attachments: files sent below, charts as pictures; their content is copied when the digest is kept.
        data_as_of: the day up to which the figures are known; None where it shows none.
        is_unchanged: whether nothing in it differs from the one before.
        state: JSON-serialisable; what the next digest of the same chat is compared with.
    """

    title: str
    blocks: tuple[Block, ...]
    details: tuple[Block, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    data_as_of: date | None = None
    is_unchanged: bool = False
    state: Mapping[str, Any] = field(default_factory=dict)


class DigestScopeError(ValueError):
    """What a digest should be about is not known; the message is for people and ends with what to do next."""


class DigestComposer(Protocol):
    """Writes digests of some kinds; safe to call from several threads."""

    def scope(self, kind: DigestKind, words: str, /) -> str:
        """The scope that words such as 青岛轨道交通 mean, in a form that stays valid.

        Raises:
            DigestScopeError: nothing is known by that name, or the kind needs a scope and there are no words.
        """

    def called(self, scope: str, /) -> str:
        """What people call a scope that ``scope`` returned; the scope itself where nothing is known by it any more."""

    def compose(self, request: DigestRequest) -> Digest:
        """The digest; one that says so where there is no data.

        Raises:
            DigestScopeError: the scope is no longer known.
        """
