"""The bounds of a question as conditions on its indicators: one, or several that hold at once."""

from __future__ import annotations

from decimal import Decimal

from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.metric_query import Condition, Measure, Threshold
from stats_tools.understanding.bounds import Bound, BoundReader
from stats_tools.understanding.parts import Parts
from stats_tools.understanding.passage import Kind, Passage
from stats_tools.understanding.problems import Problem, ProblemKind, UnreadableError
from stats_tools.units import UnitTable

_ZERO, _HUNDRED = Decimal(0), Decimal(100)
_SIGNED: dict[str, tuple[Measure, str]] = {
    "up": (Measure.YOY, "gt"),
    "down": (Measure.YOY, "lt"),
    "loss": (Measure.LEVEL, "lt"),
    "double": (Measure.YOY, "ge"),
    # By the amount, so that growth out of a loss counts although it has no rate.
    "not_up": (Measure.YOY_CHANGE, "le"),
}


class ConditionReader:
    """Makes thresholds of bounds and of words such as 下降 and 亏损.

    Args:
        catalogue: the indicators.
        units: the units of bounds.
        bounds: knows how a fall is worded.
    """

    def __init__(self, catalogue: IndicatorCatalogue, units: UnitTable, bounds: BoundReader) -> None:
        self._catalogue = catalogue
        self._units = units
        self._bounds = bounds

    def threshold(self, parts: Parts, measure: Measure, indicator: str, index: int | None = None) -> Threshold:
        """The bound of one indicator, zero where only its sign is asked for.

        Args:
            parts: the question.
            measure: what of the indicator is bounded.
            indicator: its code.
            index: which bound of the question; the one of the indicator's place without it.

        Raises:
            UnreadableError: the unit of the bound does not fit the indicator.
        """
        own = self._catalogue.get(indicator).unit
        unit = "%" if measure.is_rate else own
        sign = parts.asked.text("sign")
        place = parts.indicators.index(indicator) if indicator in parts.indicators else 0
        bound = bound_of(parts.passage, place if index is None else index)
        if bound is None:
            if not sign and parts.previous is not None and parts.previous.threshold is not None:
                return parts.previous.threshold
            return _signed(sign or "loss", unit)
        falling = measure is not Measure.LEVEL and self._bounds.is_falling(parts.passage)
        threshold = bound.threshold(unit, self._units, falling=falling)
        if threshold is None:
            name = self._catalogue.get(indicator).name
            facts = {"said": parts.passage.tokens(Kind.BOUND)[0].text, "indicator": name, "unit": unit}
            raise UnreadableError(Problem(ProblemKind.UNIT_MISMATCH, facts))
        return threshold

    def further(self, parts: Parts, measure: Measure) -> tuple[Condition, ...]:
        """The conditions besides the first, where the question joins them; none where it does not."""
        if not parts.asked.flag("both"):
            return ()
        second = parts.asked.text("second")
        if second:
            indicator = parts.indicators[-1]
            taken, _ = _SIGNED[second]
            unit = "%" if taken.is_rate else self._catalogue.get(indicator).unit
            return (Condition(indicator=indicator, measure=taken, threshold=_signed(second, unit)),)
        count = max(len(parts.indicators), len(parts.passage.tokens(Kind.BOUND)))
        found = []
        for index in range(1, count):
            indicator = parts.indicators[min(index, len(parts.indicators) - 1)]
            threshold = self.threshold(parts, measure, indicator, index)
            found.append(Condition(indicator=indicator, measure=measure, threshold=threshold))
        return tuple(found)


def _signed(sign: str, unit: str) -> Threshold:
    """The bound that a word for a direction stands for: zero, or a hundred percent for 翻番."""
    value = _HUNDRED if sign == "double" else _ZERO
    return Threshold.model_validate({"comparison": _SIGNED[sign][1], "value": value, "unit": unit})


def bound_of(passage: Passage, index: int = 0) -> Bound | None:
    """The bound of the indicator at this place: its own where there is one for each, else the only one."""
    bounds = [token.value for token in passage.tokens(Kind.BOUND) if isinstance(token.value, Bound)]
    return bounds[min(index, len(bounds) - 1)] if bounds else None
