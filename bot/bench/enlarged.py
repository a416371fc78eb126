"""Registers and reports many times larger than those of a province, the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stats_tools.catalogue import Indicator, IndicatorCatalogue, Nature
from stats_tools.importing.reference import Reference
from stats_tools.plain_workbook import write_rows
from stats_tools.registry import Batch, City, ClusterEntry, Registry, Sector

FIRST_YEAR = 2012
PREFIX = "bench-"
"""Of the codes of invented clusters."""
_GOLDEN = 0.618_033_988_749_895
"""The fractional parts of its multiples are spread evenly: variety that is the same on every machine."""
_KINDS = ("精密", "智能", "绿色", "海洋", "航空", "低碳", "数字", "微纳", "生态", "高端")
_THINGS = ("铸造", "仪表", "轴承", "涂料", "薄膜", "电缆", "阀门", "玻纤", "齿轮", "传感", "光缆", "陶瓷")


def enlarged_reference(clusters: int, indicators: int = 0) -> Reference:
    """The shipped definitions with so many invented provincial clusters, and stock indicators up to a number, added."""
    shipped = Reference.load()
    known = shipped.registry.dimensions
    entries = tuple(_entry(number, known.cities, known.sectors) for number in range(clusters))
    batch = Batch(
        level="provincial",
        batch="测速",
        announced="2020",
        source="policybot bench",
        source_date="2020",
        confidence="种子",
        clusters=entries,
    )
    own = shipped.catalogue.indicators
    added = tuple(_indicator(number) for number in range(max(0, indicators - len(own))))
    catalogue = IndicatorCatalogue(indicators=(*own, *added), derived=shipped.catalogue.derived)
    registry = Registry((*shipped.registry.batches, batch), known)
    return Reference(registry, catalogue, shipped.units, shipped.layout)


def _entry(number: int, cities: tuple[City, ...], sectors: tuple[Sector, ...]) -> ClusterEntry:
    city, sector = cities[number % len(cities)].name, sectors[number // len(cities) % len(sectors)].name
    # Names as people make them: a kind, a thing and, where those are used up, a number of Chinese numerals.
    kind, thing = _KINDS[number // 7 % len(_KINDS)], _THINGS[number // 3 % len(_THINGS)]
    serial = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))
    name = f"{kind}{thing}{serial}号"
    return ClusterEntry(
        code=f"{PREFIX}{number}",
        name=f"{city}市{name}产业集群",
        short_name=f"{city}{name}",
        city=city,
        sector=sector,
        aliases=(),
    )


def _indicator(number: int) -> Indicator:
    return Indicator(
        code=f"bench_{number}",
        name=f"{_KINDS[number % len(_KINDS)]}{_THINGS[number % len(_THINGS)]}产线数量",
        header=f"{_KINDS[number % len(_KINDS)]}{_THINGS[number % len(_THINGS)]}产线数量",
        aliases=(),
        unit="个",
        nature=Nature.STOCK,
        aggregation="sum",
        decimals=0,
        may_be_negative=False,
        whole=True,
    )


def report_rows(reference: Reference, quarters: int) -> Iterator[list[str | float]]:
    """Plausible rows of a quarterly report, header first, for every invented cluster."""
    indicators = reference.catalogue.indicators
    yield ["集群名称", "报告期", *(indicator.heading for indicator in indicators)]
    invented = [each for each in reference.registry.clusters if each.code.startswith(PREFIX)]
    for number, cluster in enumerate(invented):
        size = 20 + 380 * (number * _GOLDEN % 1)
        for step in range(quarters):
            year, quarter = FIRST_YEAR + step // 4, step % 4 + 1
            size *= 1 + 0.02 * ((number + step) * _GOLDEN % 1)
            values = [_value(indicator, size, step, quarter) for indicator in indicators]
            yield [cluster.name, f"{year}Q{quarter}", *values]


def _value(indicator: Indicator, size: float, step: int, quarter: int) -> float:
    shares = {"revenue": size, "profit": size * 0.08, "rd_spending": size * 0.04, "new_enterprises": 12.0}
    if indicator.nature is Nature.FLOW:
        return round(shares.get(indicator.code, size) * quarter / 4, 0 if indicator.whole else 2)
    stocks = {"employment": size * 100, "researchers": size * 12}
    return float(round(stocks.get(indicator.code, 20 + step // 2)))


def write_report(path: Path, reference: Reference, quarters: int) -> int:
    """Write the rows as a workbook of one sheet; how many rows report of a cluster."""
    return write_rows(path, "统计季报", report_rows(reference, quarters)) - 1
