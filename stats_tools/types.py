"""The figures this package hands out: plain values, no database behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from stats_tools.periods import Basis, Period


@dataclass(frozen=True, slots=True)
class Cluster:
    """One registered industry cluster.

    Args:
        code: stable identifier, e.g. ``jinan-it-services``.
        name: registered name, e.g. ``济南市信息技术服务产业集群``.
        short_name: what officials say, e.g. ``济南信息技术服务``.
        city: prefecture-level city without 市.
        sector: field of the plan, e.g. ``生物``.
        level: ``national`` or ``provincial``.
        aliases: further names that mean this cluster and no other.
    """

    code: str
    name: str
    short_name: str
    city: str
    sector: str
    level: str
    aliases: tuple[str, ...] = ()


class Provenance(NamedTuple):
    """Where one observation came from, to the cell.

    Args:
        import_id: number of the import, shown to people as 导入#N.
        file_name: the file as it was handed in.
        sheet: worksheet name, empty for CSV.
        cell: A1-style address of the value, empty where there is none.
        uploaded_by: person or channel.
        recorded_at: when the value entered the database, UTC.
        status: ``sample`` | ``reported`` | ``verified`` | ``published``.
        revision: 1 for the first report of this value, counting corrections.
    """

    import_id: int
    file_name: str
    sheet: str
    cell: str
    uploaded_by: str
    recorded_at: datetime
    status: str
    revision: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that may be shown: what it measures, of whom, when, on which basis, and where it came from.

    Args:
        indicator: catalogue code, e.g. ``revenue``; derived figures carry a derived code, e.g. ``revenue_yoy``.
        indicator_name: the name to show, e.g. ``主营业务收入``.
        cluster: cluster code, or empty for an aggregate.
        cluster_name: the name to show; for an aggregate, what was aggregated (``7个国家级集群合计``).
        period: the quarter the figure belongs to.
        basis: how the figure is read.
        value: exact value in ``unit``; rounding happens when it is shown.
        unit: unit of ``value``, e.g. ``亿元`` or ``%``.
        decimals: how many decimals to show at most.
        source: one line for people: file, cell, import.
        sample: True where any input is synthetic sample data.
        provenance: of a stored observation; None for computed figures.
    """

    indicator: str
    indicator_name: str
    cluster: str
    cluster_name: str
    period: Period
    basis: Basis
    value: Decimal
    unit: str
    decimals: int
    source: str
    sample: bool
    provenance: Provenance | None = None
