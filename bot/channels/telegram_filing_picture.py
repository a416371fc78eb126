"""What a report would change, as a picture of a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from prompts import Wording
from stats_tools.amounts import plain
from stats_tools.importing.applying import ImportPreview
from stats_tools.importing.reference import Reference

MOST_ROWS = 24
"""Rows of a picture; more would be too small to read on a phone."""
_DECIMALS = 8
_HEADERS = ("cluster", "period", "indicator", "before", "after")
_WIDTHS = (0.29, 0.12, 0.31, 0.14, 0.14)


class FilingPictures:
    """Draws the changes of reports."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def draw(self, preview: ImportPreview, known: Reference, path: Path) -> Path:
        """The path of a picture beside the report at ``path``: corrections first, then new figures.

        Raises:
            OSError: the picture cannot be written.
        """
        # Drawing takes half a second to import.
        from stats_tools.chart_canvas import Caption
        from stats_tools.table_picture import PictureTable, draw_table

        found = preview.difference
        rows = tuple(self._rows(preview, known))
        say = self._wording.say
        headers = tuple(say(f"telegram.filing_{name}") for name in _HEADERS)
        title = say("telegram.filing_picture_title", new=len(found.new), changed=len(found.changed))
        more = len(rows) - MOST_ROWS
        rest = say("telegram.filing_picture_more", shown=MOST_ROWS, more=more) if more > 0 else ""
        return draw_table(PictureTable(headers, rows[:MOST_ROWS], _WIDTHS), path.parent, Caption(title, rest))

    def _rows(self, preview: ImportPreview, known: Reference) -> Iterator[tuple[str, ...]]:
        absent = self._wording.say("telegram.filing_absent")
        pairs = [(each.observation, plain(each.before.value, _DECIMALS)) for each in preview.difference.changed]
        pairs += [(each, absent) for each in preview.difference.new]
        for each, before in pairs:
            indicator = known.catalogue.reported(each.indicator)
            name = f"{indicator.name}（{indicator.unit}）"
            cluster = known.registry.cluster(each.cluster).short_name
            yield cluster, str(each.period), name, before, plain(each.value, _DECIMALS)
