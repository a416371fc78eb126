"""The figures of an answer as a workbook, each with where it came from, and as text that can be kept until then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from stats_tools.amounts import plain
from stats_tools.export import Cell, ExportTexts, write_workbook
from stats_tools.types import Figure


def kept_figures(figures: Sequence[Figure]) -> str:
    """Figures as JSON, computed ones as exact as they are shown.

    They are kept without their provenance, because their source says as much to those who may read them.
    """
    bare = tuple(replace(figure, value=_shown(figure), provenance=None) for figure in figures)
    return _figures().dump_json(bare).decode()


def figures_kept(text: str) -> tuple[Figure, ...]:
    """The figures in a text of :func:`kept_figures`; raises ValueError for any other text."""
    return _figures().validate_json(text)


def write_figures(figures: Sequence[Figure], path: Path) -> int:
    """Write one row a figure to an ``.xlsx`` file, and how many; raises OSError where it cannot be written."""
    texts = ExportTexts.load()
    head, *rows = _table(figures, texts)
    write_workbook(path, {texts.figures_sheet: [head, *rows]})
    return len(rows)


def _shown(figure: Figure) -> Decimal:
    return figure.value if figure.provenance else Decimal(plain(figure.value, figure.decimals))


@cache
def _figures() -> TypeAdapter[tuple[Figure, ...]]:
    return TypeAdapter(tuple[Figure, ...])


def _table(figures: Sequence[Figure], texts: ExportTexts) -> Iterator[list[Cell]]:
    yield list(texts.figure_headers)
    for figure in dict.fromkeys(figures):
        yield [
            figure.indicator_name,
            figure.cluster_name,
            figure.period.label(figure.basis),
            figure.value,
            figure.unit,
            figure.source,
            texts.sample_remark if figure.sample else "",
        ]
