"""Units of measurement and exact conversion between them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from stats_tools.definition_files import FOLDER, DefinitionError, read_definition
from stats_tools.spelling import spelling_key

MONEY_MARK = "元"
"""What the name of every unit of an amount ends with."""


class Unit(BaseModel):
    """One unit: ``factor`` is how many of its dimension's base unit it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    factor: Decimal
    aliases: tuple[str, ...] = ()


class Dimension(BaseModel):
    """Units that convert into one another, e.g. money."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    units: tuple[Unit, ...]


class UnitTable(BaseModel):
    """All units a report or a question may use.

    Args:
        dimensions: kinds of units.
        multiples: what may be written in a unit's place, and of how many base units it stands for.
        currencies: what tells that an amount is in a currency that no report uses.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    multiples: Mapping[str, Decimal]
    currencies: tuple[str, ...]
    dimensions: tuple[Dimension, ...]

    @classmethod
    def load(cls, path: Path = FOLDER / "units.yaml") -> Self:
        """Read the units file; raises DefinitionError where it is wrong."""
        return read_definition(path, cls)

    @cached_property
    def _by_key(self) -> Mapping[str, tuple[Dimension, Unit]]:
        return {
            spelling_key(spelling): (dimension, unit)
            for dimension in self.dimensions
            for unit in dimension.units
            for spelling in (unit.name, *unit.aliases)
        }

    @model_validator(mode="after")
    def _one_meaning_each(self) -> Self:
        spellings = [spelling_key(s) for d in self.dimensions for unit in d.units for s in (unit.name, *unit.aliases)]
        twice = {spelling for spelling in spellings if spellings.count(spelling) > 1}
        if twice:
            raise ValueError(f"spellings of more than one unit: {sorted(twice)}")
        return self

    def find(self, spelling: str) -> str | None:
        """The unit's own name for any of its spellings, or None for what is no unit."""
        found = self._by_key.get(spelling_key(spelling))
        return found[1].name if found else None

    def meant(self, written: str, beside: str) -> str | None:
        """The unit's own name that something written with a value means, where the value could be in ``beside``.

        That is any spelling of a unit that converts into it, or a bare multiple: ``亿`` beside ``万元`` is ``亿元``.
        None for what is neither.
        """
        there = self._by_key.get(spelling_key(beside))
        if there is None:
            return None
        here, multiple = self._by_key.get(spelling_key(written)), self.multiples.get(written)
        if here is not None:
            return here[1].name if here[0].code == there[0].code else None
        return next((unit.name for unit in there[0].units if unit.factor == multiple), None)

    def is_unit(self, written: str) -> bool:
        """Whether something is written as a unit: one of ours, a bare multiple, or one of money that no report uses."""
        key = spelling_key(written)
        if key in self.multiples or key in self._by_key or key.endswith(MONEY_MARK):
            return True
        return any(mark in key for mark in self.currencies)

    def alike(self, unit: str) -> tuple[str, ...]:
        """The names of all units that convert into the given one, itself included; empty for an unknown unit."""
        found = self._by_key.get(spelling_key(unit))
        return tuple(other.name for other in found[0].units) if found else ()

    def factor(self, source: str, target: str) -> Decimal | None:
        """What a number in ``source`` is multiplied by to be in ``target``; None where the two do not convert."""
        meant = self.meant(source, target)
        if meant is None:
            return None
        return self._by_key[spelling_key(meant)][1].factor / self._by_key[spelling_key(target)][1].factor

    def require(self, unit: str, owner: str) -> None:
        """Check that a definition's unit exists.

        Raises:
            DefinitionError: ``owner`` names a unit that the units file does not have.
        """
        if self.find(unit) != unit:
            raise DefinitionError(f"{owner}: no such unit {unit!r}")
