"""Observations laid side by side: one indicator, a row a cluster, a column a period."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple


class PivotValue(NamedTuple):
    """One value and where it stands: names as they are to be shown, the value exact."""

    cluster: str
    period: str
    value: Decimal


def side_by_side(values: Iterable[PivotValue], corner: str) -> list[list[str | Decimal | None]]:
    """A header of ``corner`` and the periods, then a row a cluster; None where nothing was reported.

    Args:
        values: at most one a cluster and period; rows and columns keep the order in which they first come.
        corner: heading of the column of clusters.

    Raises:
        ValueError: two values for one cluster and period.
    """
    import pandas as pd

    frame = pd.DataFrame.from_records(list(values), columns=list(PivotValue._fields))
    if frame.empty:
        return [[corner]]
    table = frame.pivot(index="cluster", columns="period", values="value")
    table = table.reindex(index=frame["cluster"].unique(), columns=frame["period"].unique())
    rows = table.astype(object).where(table.notna(), None).itertuples(name=None)
    return [[corner, *map(str, table.columns)], *([*row] for row in rows)]
