"""Which targets of the plan a question means."""

from __future__ import annotations

from collections.abc import Sequence

from stats_tools.targets import IncreaseOverBaseline, Target, Targets
from stats_tools.understanding.passage import normal


class TargetNames:
    """Finds targets by the words for them, or by the indicator that measures them."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets
        self._names = [(normal(name), each) for each in targets for name in (each.name, *each.aliases)]

    def find(self, text: str, indicators: Sequence[str]) -> tuple[str, ...]:
        """Codes of the targets meant, in the order of the document; none named means all."""
        spelled = self._spelled(text)
        longest = [
            target for name, target in spelled if not any(name != other and name in other for other, _ in spelled)
        ]
        chosen = longest or [each for each in self._targets if _indicator(each) in indicators]
        return tuple(each.code for each in self._targets if each in chosen)

    def akin(self, codes: Sequence[str], words: Sequence[str]) -> tuple[str, ...]:
        """Targets measured like these whose names hold one of the words ("国家级的呢" after 新增省级平台)."""
        kinds = {each.measure.kind for each in self._targets if each.code in codes}
        fit = (each for each in self._targets if each.measure.kind in kinds and any(w in each.name for w in words))
        return tuple(each.code for each in fit)

    def names_increase(self, text: str) -> bool:
        """Whether the text names a target that is measured as an increase over a baseline."""
        return any(isinstance(target.measure, IncreaseOverBaseline) for _, target in self._spelled(text))

    def _spelled(self, text: str) -> list[tuple[str, Target]]:
        return [(name, target) for name, target in self._names if name in text]


def _indicator(target: Target) -> str:
    return str(getattr(target.measure, "indicator", ""))
