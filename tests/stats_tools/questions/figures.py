"""The invented province that questions are asked of, as plain rows, and exact arithmetic over them.

Nothing here uses the product: the rows are numbers of a seeded generator, and every expected answer is computed from
them with fractions, so that an error of the product cannot hide in its own reflection.
"""

from __future__ import annotations

import random
from fractions import Fraction

NATIONAL = {
    "jinan-it-services": ("济南信息技术服务", "济南", "新一代信息技术"),
    "qingdao-rail-transit": ("青岛轨道交通装备", "青岛", "高端装备"),
    "qingdao-energy-saving": ("青岛节能环保", "青岛", "节能环保"),
    "zibo-functional-materials": ("淄博新型功能材料", "淄博", "新材料"),
    "yantai-structural-materials": ("烟台先进结构材料", "烟台", "新材料"),
    "yantai-biomedicine": ("烟台生物医药", "烟台", "生物"),
    "linyi-biomedicine": ("临沂生物医药", "临沂", "生物"),
}
FLOWS = ("revenue", "profit", "new_enterprises", "rd_spending")
STOCKS = ("employment", "researchers", "platforms_provincial", "platforms_national")
DERIVED = {
    "rd_intensity": ("rd_spending", "revenue", 100),
    "profit_margin": ("profit", "revenue", 100),
    "revenue_per_employee": ("revenue", "employment", 10_000),
    "researcher_share": ("researchers", "employment", 100),
}
UNITS = {
    "revenue": "亿元",
    "profit": "亿元",
    "rd_spending": "亿元",
    "new_enterprises": "家",
    "employment": "人",
    "researchers": "人",
    "platforms_provincial": "个",
    "platforms_national": "个",
    "platforms_total": "个",
    "rd_intensity": "%",
    "profit_margin": "%",
    "revenue_per_employee": "万元/人",
    "researcher_share": "%",
}
YEARS = (2019, 2020, 2021)
UNREPORTED = ("linyi-biomedicine", 2021, 2)
"""One cluster did not report for one quarter."""

Rows = dict[tuple[str, str, int, int], Fraction]


def rows() -> Rows:
    """All figures by cluster, indicator, year and quarter; money in 亿元 with two decimals."""
    chance = random.Random(20210630)
    held: Rows = {}
    for rank, code in enumerate(NATIONAL):
        scale, staff, province, nation = 700 - 90 * rank, 120_000 - 14_000 * rank, 40 - 4 * rank, 8 - rank
        for year in YEARS:
            scale = int(scale * chance.uniform(0.92, 1.2))
            totals = dict.fromkeys(FLOWS, Fraction(0))
            for quarter in (1, 2, 3, 4):
                revenue = chance.randint(scale * 70, scale * 110)
                totals["revenue"] += Fraction(revenue, 100)
                loss = code == "linyi-biomedicine" and (year, quarter) == (2020, 1)
                totals["profit"] += Fraction(-1000 if loss else revenue * chance.randint(40, 110) // 1000, 100)
                totals["rd_spending"] += Fraction(revenue * chance.randint(20, 80) // 1000, 100)
                totals["new_enterprises"] += chance.randint(5, 60)
                staff += chance.randint(-1500, 3000)
                province += chance.randint(0, 2)
                nation += chance.randint(0, 5) // 5
                stocks = {
                    "employment": staff,
                    "researchers": staff * chance.randint(60, 180) // 1000,
                    "platforms_provincial": province,
                    "platforms_national": nation,
                }
                if (code, year, quarter) == UNREPORTED:
                    continue
                for indicator, value in (*totals.items(), *stocks.items()):
                    held[code, indicator, year, quarter] = Fraction(value)
    return held


def two_decimals(value: Fraction, places: int = 2) -> str:
    """The value rounded half up (away from zero), plainly written without trailing zeros."""
    scaled = abs(value) * 10**places
    whole = int(scaled + Fraction(1, 2))
    text = f"{whole // 10**places}.{whole % 10**places:0{places}d}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 and whole else text


class Province:
    """Arithmetic over the rows; every function returns None where a figure it needs is missing."""

    def __init__(self, held: Rows) -> None:
        self.held = held

    def level(self, code: str, indicator: str, period: str, *, single: bool = False) -> Fraction | None:
        """The figure of a cluster: cumulative (or of the single quarter) for flows, at quarter end for stocks."""
        return self.together((code,), indicator, period, single=single)

    def together(self, codes: tuple[str, ...], indicator: str, period: str, *, single: bool = False) -> Fraction | None:
        """The same of several clusters; ratios are ratios of sums."""
        if indicator == "platforms_total":
            parts = [self.together(codes, each, period) for each in ("platforms_provincial", "platforms_national")]
            return None if None in parts else sum(part for part in parts if part is not None)
        if indicator in DERIVED:
            upper, lower, scale = DERIVED[indicator]
            over = self.together(codes, upper, period, single=single)
            under = self.together(codes, lower, period, single=single)
            return None if over is None or under is None or under <= 0 else over * scale / under
        year, quarter = int(period[:4]), int(period[5])
        total = Fraction(0)
        for code in codes:
            now = self.held.get((code, indicator, year, quarter))
            if now is None:
                return None
            if single and indicator in FLOWS and quarter > 1:
                before = self.held.get((code, indicator, year, quarter - 1))
                if before is None:
                    return None
                now -= before
            total += now
        return total

    def growth(self, code: str, indicator: str, period: str, base: str, *, single: bool = False) -> Fraction | None:
        """Growth over the base period in percent; of a percentage the difference in percentage points."""
        return self.growth_together((code,), indicator, period, base, single=single)

    def growth_together(
        self, codes: tuple[str, ...], indicator: str, period: str, base: str, *, single: bool = False
    ) -> Fraction | None:
        now = self.together(codes, indicator, period, single=single)
        before = self.together(codes, indicator, base, single=single)
        if now is None or before is None:
            return None
        if UNITS[indicator] == "%":
            return now - before
        return None if before <= 0 else (now - before) * 100 / before


def year_ago(period: str) -> str:
    return f"{int(period[:4]) - 1}{period[4:]}"


def quarter_before(period: str) -> str:
    year, quarter = int(period[:4]), int(period[5])
    return f"{year}Q{quarter - 1}" if quarter > 1 else f"{year - 1}Q4"
