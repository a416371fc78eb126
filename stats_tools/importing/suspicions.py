"""Which indicator a name that nobody knows was probably meant to be."""

from __future__ import annotations

from collections.abc import Sequence

from stats_tools.catalogue import Indicator, IndicatorCatalogue
from stats_tools.importing.layout import TypoBound
from stats_tools.spelling import spelling_key


def suspected(title: str, catalogue: IndicatorCatalogue, bounds: Sequence[TypoBound]) -> tuple[Indicator, ...]:
    """The indicators with a name the fewest edits away from an unknown one; none where every name is too far.

    Args:
        title: folded, without brackets and units.
        catalogue: with the names that are known.
        bounds: how many edits are allowed from which length of the title on.
    """
    from rapidfuzz.distance import DamerauLevenshtein  # needed only for a heading nobody knows

    allowed = max((bound.edits for bound in bounds if len(title) >= bound.from_length), default=0)
    found: dict[int, dict[str, Indicator]] = {}
    for indicator in catalogue.indicators:
        for name in indicator.names:
            distance = DamerauLevenshtein.distance(title, spelling_key(name), score_cutoff=allowed)
            if distance <= allowed:
                found.setdefault(distance, {})[indicator.code] = indicator
    return tuple(found[min(found)].values()) if found else ()


def suspicion(meant: Sequence[Indicator]) -> dict[str, str]:
    """What is said of the indicators that were probably meant: their names and the headings to write."""
    names = "”或“".join(indicator.name for indicator in meant)
    return {"meant": names, "headings": "”或“".join(indicator.heading for indicator in meant)}


def nearest_heading(text: str, catalogue: IndicatorCatalogue) -> str:
    """The heading of the template that looks most like an unknown one."""
    from rapidfuzz import fuzz, process  # 30 ms to import, needed only for a heading nobody knows

    headings = {spelling_key(indicator.heading): indicator.heading for indicator in catalogue.indicators}
    found = process.extractOne(spelling_key(text), list(headings), scorer=fuzz.ratio)
    return headings[found[0]] if found else ""
