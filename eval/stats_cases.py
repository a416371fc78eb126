"""What sets of statistics questions share: the sample's rows, apart from the product's code, and how a case is put."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

JN, QR, QE = "jinan-it-services", "qingdao-rail-transit", "qingdao-energy-saving"
ZB, YS, YB = "zibo-functional-materials", "yantai-structural-materials", "yantai-biomedicine"
LY = "linyi-biomedicine"
ALL = (JN, QR, QE, ZB, YS, YB, LY)
NAMES = {JN: "济南信息技术服务", QR: "青岛轨道交通装备", QE: "青岛节能环保", ZB: "淄博新型功能材料"}
NAMES |= {YS: "烟台先进结构材料", YB: "烟台生物医药", LY: "临沂生物医药"}
R, P, N, E, S, D = "revenue", "profit", "new_enterprises", "employment", "researchers", "rd_spending"
PP, PN = "platforms_provincial", "platforms_national"
Row = dict[str, object]


class Table:
    """The stored rows; ``year * 10 + quarter`` names a quarter, e.g. 20212."""

    def __init__(self, database: str) -> None:
        query = "SELECT cluster_code, indicator_code, period_index, value FROM observations WHERE superseded_at IS NULL"
        with sqlite3.connect(database) as connection:
            rows = connection.execute(query).fetchall()
        self._rows = {(c, i, p // 4 * 10 + p % 4 + 1): round(v / 1e8, 8) for c, i, p, v in rows}

    def at(self, cluster: str | Sequence[str], indicator: str, when: int) -> float:
        """As stored, summed over several clusters."""
        names = (cluster,) if isinstance(cluster, str) else cluster
        return sum(self._rows[name, indicator, when] for name in names)

    def single(self, cluster: str | Sequence[str], indicator: str, when: int) -> float:
        """A single quarter of a flow."""
        before = self.at(cluster, indicator, when - 1) if when % 10 > 1 else 0
        return self.at(cluster, indicator, when) - before

    def yoy(self, cluster: str | Sequence[str], indicator: str, when: int, back: int = 10) -> float:
        """Growth over a year before, percent."""
        before = self.at(cluster, indicator, when - back)
        return (self.at(cluster, indicator, when) - before) / before * 100

    def ratio(self, cluster: str | Sequence[str], above: str, below: str, when: int, scale: float = 100) -> float:
        """One indicator over another."""
        return scale * self.at(cluster, above, when) / self.at(cluster, below, when)


def names(codes: Sequence[str]) -> list[str]:
    """What clusters are called."""
    return [NAMES[code] for code in codes]


def ranked(measure: Callable[[str], float], among: Sequence[str] = ALL, *, down: bool = True) -> list[str]:
    """Clusters in order."""
    return sorted(among, key=measure, reverse=down)


Ask = Callable[..., None]


def cents(value: float) -> float:
    """Two decimals, halves away from zero, as figures are shown."""
    return float(Decimal(repr(round(value, 6))).quantize(Decimal("0.01"), ROUND_HALF_UP))


def asker(prefix: str, made: list[Row]) -> Ask:
    """Adds cases to a list, numbered behind the prefix: question, kind, figures expected, words expected, the rest."""

    def ask(q: str, kind: str, *value: float, must: Sequence[str] = (), **more: str) -> None:
        row: Row = {"id": f"{prefix}{len(made) + 1:03}", "q": q, "asks": kind}
        row |= {"value": [cents(each) for each in value]} if value else {}
        row |= {"must": list(must)} if must else {}
        made.append(row | more)

    return ask


def write(target: Path, rows: Sequence[Row]) -> None:
    """Write the cases, one a line."""
    target.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n", encoding="utf-8")
