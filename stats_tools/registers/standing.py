"""How registers stood, whoever keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from stats_tools.periods import Period
from stats_tools.registers.definitions import RegisterDefinition
from stats_tools.registers.entries import Entry


@dataclass(frozen=True, slots=True)
class FilingSource:
    """The import that filed a register for a quarter."""

    import_id: int
    file_name: str
    uploaded_by: str
    period: Period


@dataclass(frozen=True, slots=True)
class Standing:
    """How a register stood at the end of a quarter.

    Args:
        definition: of the register.
        asked: the quarter asked for; None for the newest.
        period: the newest quarter filed up to then; None where nothing was filed.
        previous: the quarter filed before that one; None without any.
        entries: the rows on the register, those not filed anew since an earlier quarter included, by key.
        sources: the filings that brought the rows.
        sample: whether they are the synthetic sample.
    """

    definition: RegisterDefinition
    asked: Period | None
    period: Period | None
    previous: Period | None
    entries: tuple[Entry, ...]
    sources: tuple[FilingSource, ...]
    sample: bool

    @property
    def carried(self) -> int:
        """How many rows stand from an earlier quarter than the newest filed."""
        return sum(entry.period != self.period for entry in self.entries)


class Standings(Protocol):
    """The registers as they are on record, or were on a day."""

    def standing(self, definition: RegisterDefinition, period: Period | None = None) -> Standing:
        """How a register stood at the end of a quarter, the newest filed without one."""
        ...

    def filed(self, definition: RegisterDefinition) -> tuple[Period, ...]:
        """The quarters filed, first to last."""
        ...
