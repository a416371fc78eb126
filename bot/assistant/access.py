"""Who is asking, and what that person may read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Roles in rising order; each may do what the ones before it may."""

    PUBLIC = "public"
    ENTERPRISE = "enterprise"
    OFFICIAL = "official"
    STEWARD = "steward"
    ADMIN = "admin"

    def includes(self, other: Role) -> bool:
        """True where this role may do what ``other`` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Principal:
    """The person (or group) on whose behalf a question is answered.

    Args:
        role: decided by the channel from the database or the command line, never from the message.
        name: for the audit trail; empty for anonymous.
        cities: prefecture-level cities an official is limited to; empty means no limit.
    """

    role: Role = Role.PUBLIC
    name: str = ""
    cities: frozenset[str] = frozenset()

    @property
    def sees_unpublished(self) -> bool:
        """Whether internal observations (reported, verified) may be shown."""
        return self.role.includes(Role.OFFICIAL)
