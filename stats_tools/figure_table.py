"""The figures of an answer as a workbook, with where they came from and what was asked, and as text kept until then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from stats_tools.amounts import plain
from stats_tools.export import Cell, ExportTexts, write_workbook
from stats_tools.types import Figure


@dataclass(frozen=True, slots=True)
class KeptFigures:
    """What is kept of an answer until its workbook is wanted.

    Args:
        figures: told in it.
        queries: that it rests on, a text each.
    """

    figures: tuple[Figure, ...]
    queries: tuple[str, ...] = ()


def kept_figures(figures: Sequence[Figure], queries: Sequence[str] = ()) -> str:
    """Figures as JSON with the queries they rest on, computed ones as exact as they are shown.

    They are kept without their provenance, because their source says as much to those who may read them.
    """
    bare = tuple(replace(figure, value=_shown(figure), provenance=None) for figure in figures)
    return _kept().dump_json(KeptFigures(bare, tuple(queries))).decode()


def figures_kept(text: str) -> KeptFigures:
    """What a text of :func:`kept_figures` holds; raises ValueError for any other text."""
    if text.startswith("["):
        # A button sent by a version that kept the figures alone.
        text = f'{{"figures": {text}}}'
    return _kept().validate_json(text)


def write_figures(kept: KeptFigures, question: str, path: Path) -> int:
    """Write one row a figure to an ``.xlsx`` file, and what was asked on a second sheet.

    Returns:
        How many figures there are.

    Raises:
        OSError: it cannot be written.
    """
    texts = ExportTexts.load()
    head, *rows = _table(kept.figures, texts)
    asked = list(_asked(question, kept.queries, texts))
    write_workbook(path, {texts.figures_sheet: [head, *rows], texts.query_sheet: asked})
    return len(rows)


def _asked(question: str, queries: Sequence[str], texts: ExportTexts) -> Iterator[list[Cell]]:
    yield list(texts.query_headers)
    yield [texts.query_question, question]
    for number, query in enumerate(queries, 1):
        yield [texts.query_call.format(number=number), query]
    yield [texts.query_more, texts.query_how]


def _shown(figure: Figure) -> Decimal:
    return figure.value if figure.provenance else Decimal(plain(figure.value, figure.decimals))


@cache
def _kept() -> TypeAdapter[KeptFigures]:
    return TypeAdapter(KeptFigures)


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
