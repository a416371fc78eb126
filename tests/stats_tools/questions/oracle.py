"""What a question should be answered with, computed from the plain rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Any

from tests.stats_tools.questions.figures import (
    FLOWS,
    NATIONAL,
    UNITS,
    Province,
    quarter_before,
    two_decimals,
    year_ago,
)

ALL = tuple(NATIONAL)


@dataclass(frozen=True)
class Row:
    """One expected figure; the cluster's name is empty where several are taken together."""

    code: str
    cluster: str
    period: str
    value: str


@dataclass(frozen=True)
class Expected:
    """The expected answer.

    Args:
        status: one of those accepted.
        rows: figures, in order where ``ordered``.
        words: what the text has to contain.
    """

    status: tuple[str, ...] = ("answered",)
    rows: tuple[Row, ...] = ()
    ordered: bool = False
    words: tuple[str, ...] = ()


Want = dict[str, Any]


def expected(province: Province, want: Want) -> Expected:
    """The answer to a want of one of the kinds below."""
    return KINDS[want["op"]](province, want)


def _name(code: str) -> str:
    return NATIONAL[code][0]


def _codes(want: Want) -> tuple[str, ...]:
    return tuple(want.get("c", ALL))


def _single(want: Want) -> bool:
    return want.get("b") == "quarter"


def _nothing(*statuses: str) -> Expected:
    return Expected(statuses or ("not_found",))


def _rows(pairs: Iterable[tuple[str, Fraction | None]], code: str, period: str) -> tuple[Row, ...]:
    return tuple(Row(code, _name(c), period, two_decimals(value)) for c, value in pairs if value is not None)


def _levels(province: Province, want: Want) -> list[tuple[str, Fraction | None]]:
    return [(c, province.level(c, want["i"], want["p"], single=_single(want))) for c in _codes(want)]


def _growths(province: Province, want: Want) -> list[tuple[str, Fraction | None]]:
    base = want.get("base", year_ago(want["p"]))
    return [(c, province.growth(c, want["i"], want["p"], base, single=_single(want))) for c in _codes(want)]


def value(province: Province, want: Want) -> Expected:
    rows = _rows(_levels(province, want), want["i"], want["p"])
    return Expected(rows=rows) if rows else _nothing()


def values(province: Province, want: Want) -> Expected:
    parts = [value(province, {**want, "i": each}) for each in want["i"].split(",")]
    rows = tuple(row for part in parts for row in part.rows)
    return Expected(rows=rows) if rows else _nothing()


def yoy(province: Province, want: Want) -> Expected:
    rows = _rows(_growths(province, want), want["i"] + "_yoy", want["p"])
    if rows:
        return Expected(rows=rows)
    both = (want["p"], year_ago(want["p"]))
    known = all(province.level(c, want["i"], p) is not None for c in _codes(want) for p in both)
    return Expected(("answered",), words=("基数",)) if known and not want.get("base") else _nothing()


def qoq(province: Province, want: Want) -> Expected:
    want = {**want, "b": "quarter", "base": quarter_before(want["p"])}
    rows = _rows(_growths(province, want), want["i"] + "_qoq", want["p"])
    return Expected(rows=rows) if rows else _nothing("not_found", "answered")


def change(province: Province, want: Want) -> Expected:
    pairs = []
    for c in _codes(want):
        now, before = (province.level(c, want["i"], p) for p in (want["p"], year_ago(want["p"])))
        pairs.append((c, None if now is None or before is None else now - before))
    rows = _rows(pairs, want["i"] + "_yoy_change", want["p"])
    return Expected(rows=rows) if rows else _nothing()


def _ranked(pairs: list[tuple[str, Fraction | None]], want: Want) -> list[tuple[str, Fraction]]:
    held = [(c, v) for c, v in pairs if v is not None]
    held.sort(key=lambda pair: pair[1], reverse=want["order"] == "desc")
    k = want.get("k")
    return [pair for pair in held if k is None or sum(_ahead(v, pair[1], want) for _, v in held) < k]


def _ahead(one: Fraction, other: Fraction, want: Want) -> bool:
    return one > other if want["order"] == "desc" else one < other


def rank(province: Province, want: Want) -> Expected:
    rows = _rows(_ranked(_levels(province, want), want), want["i"], want["p"])
    return Expected(rows=rows, ordered=True)


def rank_yoy(province: Province, want: Want) -> Expected:
    return Expected(rows=_rows(_ranked(_growths(province, want), want), want["i"] + "_yoy", want["p"]), ordered=True)


def position(province: Province, want: Want) -> Expected:
    mine = province.level(want["c"][0], want["i"], want["p"])
    if mine is None:
        return _nothing()
    others = [v for _, v in _levels(province, {**want, "c": ALL}) if v is not None]
    place = 1 + sum(_ahead(v, mine, want) for v in others)
    rows = _rows([(want["c"][0], mine)], want["i"], want["p"])
    return Expected(rows=rows, words=(f"第{place}位",))


def total(province: Province, want: Want) -> Expected:
    codes = tuple(c for c in _codes(want) if province.level(c, want["i"], want["p"]) is not None)
    whole = province.together(codes, want["i"], want["p"])
    if not codes or whole is None:
        return _nothing()
    left_out = tuple(_name(c) for c in _codes(want) if c not in codes)
    name = _name(codes[0]) if len(codes) == 1 else ""
    return Expected(rows=(Row(want["i"], name, want["p"], two_decimals(whole)),), words=left_out)


def sum_yoy(province: Province, want: Want) -> Expected:
    growth = province.growth_together(_codes(want), want["i"], want["p"], year_ago(want["p"]))
    if growth is None:
        return _nothing("not_found", "answered")
    return Expected(rows=(Row(want["i"] + "_yoy", "", want["p"], two_decimals(growth)),))


def _summary(compute: Callable[[list[Fraction]], Fraction]) -> Callable[[Province, Want], Expected]:
    def summary(province: Province, want: Want) -> Expected:
        held = [v for _, v in _levels(province, want) if v is not None]
        return Expected(rows=(Row(want["i"], "", want["p"], two_decimals(compute(held))),))

    return summary


def share(province: Province, want: Want) -> Expected:
    whole, mine = province.together(ALL, want["i"], want["p"]), province.level(want["c"][0], want["i"], want["p"])
    if whole is None or mine is None:
        return _nothing()
    return Expected(rows=_rows([(want["c"][0], mine * 100 / whole)], want["i"] + "_share", want["p"]))


def ratio(province: Province, want: Want) -> Expected:
    upper, lower = want["i"].split("/")
    over, under = (province.level(want["c"][0], each, want["p"]) for each in (upper, lower))
    if over is None or under is None:
        return _nothing()
    if under <= 0:
        return Expected(words=("无法计算",))
    scale = 100 if UNITS[upper] == UNITS[lower] else 1
    places = 2 if scale == 100 else 4
    name = _name(want["c"][0])
    return Expected(rows=(Row(f"{upper}_to_{lower}", name, want["p"], two_decimals(over * scale / under, places)),))


def compare(province: Province, want: Want) -> Expected:
    pairs = _levels(province, want)
    held = sorted((v for _, v in pairs if v is not None), reverse=True)
    words = (two_decimals(held[0] - held[-1]),) if len(held) == len(pairs) else ()
    return Expected(rows=_rows(pairs, want["i"], want["p"]), words=words)


def compare_city(province: Province, want: Want) -> Expected:
    rows = []
    for city in want["cities"]:
        codes = tuple(c for c, (_, where, _) in NATIONAL.items() if where == city)
        whole = province.together(codes, want["i"], want["p"])
        rows += [Row(want["i"], city, want["p"], two_decimals(whole))] if whole is not None else []
    return Expected(rows=tuple(rows))


def rank_city(province: Province, want: Want) -> Expected:
    cities = dict.fromkeys(city for _, city, _ in NATIONAL.values())
    held = []
    for city in cities:
        codes = tuple(c for c, (_, where, _) in NATIONAL.items() if where == city)
        whole = province.together(codes, want["i"], want["p"])
        held += [(city, whole)] if whole is not None else []
    held.sort(key=lambda pair: pair[1], reverse=want["order"] == "desc")
    rows = tuple(Row(want["i"], city, want["p"], two_decimals(v)) for city, v in held[: want.get("k")])
    return Expected(rows=rows, ordered=True)


def _admits(v: Fraction, bound: list[Any]) -> bool:
    limit = Fraction(str(bound[1]))
    return {"gt": v > limit, "ge": v >= limit, "lt": v < limit, "le": v <= limit}[bound[0]]


def _chosen(pairs: list[tuple[str, Fraction | None]], want: Want, code: str) -> Expected:
    chosen = [(c, v) for c, v in pairs if v is not None and _admits(v, want["t"])]
    words = (f"{len(chosen)}个",) if chosen else ("没有",)
    return Expected(rows=_rows(chosen, code, want["p"]), words=words)


def select(province: Province, want: Want) -> Expected:
    return _chosen(_levels(province, want), want, want["i"])


def select_yoy(province: Province, want: Want) -> Expected:
    return _chosen(_growths(province, want), want, want["i"] + "_yoy")


def series(province: Province, want: Want) -> Expected:
    rows = [
        r for p in want["ps"] for r in _rows([(want["c"][0], province.level(want["c"][0], want["i"], p))], want["i"], p)
    ]
    quarterly = want["i"] in FLOWS and len({p[4:] for p in want["ps"]}) > 1
    if quarterly:
        single = [(p, province.level(want["c"][0], want["i"], p, single=True)) for p in want["ps"]]
        rows += [r for p, v in single for r in _rows([(want["c"][0], v)], want["i"], p)]
    return Expected(rows=tuple(rows)) if rows else _nothing()


def extreme(periods: tuple[str, ...]) -> Callable[[Province, Want], Expected]:
    def pick(province: Province, want: Want) -> Expected:
        single = want["i"] in FLOWS and not periods[0].endswith("Q4")
        held = [(p, province.level(want["c"][0], want["i"], p, single=single)) for p in periods]
        known = [(p, v) for p, v in held if v is not None]
        best = (max if want["order"] == "desc" else min)(v for _, v in known)
        rows = [r for p, v in known if v == best for r in _rows([(want["c"][0], v)], want["i"], p)]
        return Expected(rows=tuple(rows))

    return pick


YEAR_ENDS = ("2019Q4", "2020Q4", "2021Q4")
QUARTERS = tuple(f"{year}Q{quarter}" for year in (2019, 2020, 2021) for quarter in (1, 2, 3, 4))


def first_over(province: Province, want: Want) -> Expected:
    for period in want.get("ps", QUARTERS):
        v = province.level(want["c"][0], want["i"], period)
        if v is not None and _admits(v, want["t"]):
            return Expected(rows=_rows([(want["c"][0], v)], want["i"], period))
    return Expected(words=("没有",))


def reporting(province: Province, want: Want) -> Expected:
    year, quarter = int(want["p"][:4]), int(want["p"][5])
    missing = [_name(c) for c in ALL if (c, "revenue", year, quarter) not in province.held]
    return Expected(words=(f"有{len(missing)}个没有报", *missing) if missing else ("报齐",))


def lineage(province: Province, want: Want) -> Expected:
    return Expected(rows=value(province, want).rows, words=("province.xlsx", "导入#1"))


def target(province: Province, want: Want) -> Expected:
    bound = {"national-clusters-over-2000": 2000, "national-clusters-over-1000": 1000}.get(want["i"])
    if bound:
        reached = [c for c in ALL if (province.level(c, "revenue", "2021Q4") or 0) > bound]
        return Expected(words=(f"有{len(reached)}个", *(_name(c) for c in reached), "[1]"))
    indicator = {"platforms-provincial-added": "platforms_provincial", "platforms-national-added": "platforms_national"}
    code = indicator[want["i"]]
    added = [province.together(ALL, code, p) for p in ("2021Q4", "2019Q4")]
    return Expected(words=(f"新增{int((added[0] or 0) - (added[1] or 0))}个", "[1]"))


def refusal(*statuses: str) -> Callable[[Province, Want], Expected]:
    def refused(_province: Province, _want: Want) -> Expected:
        return Expected(statuses)

    return refused


KINDS: dict[str, Callable[[Province, Want], Expected]] = {
    "value": value,
    "values": values,
    "list": value,
    "yoy": yoy,
    "qoq": qoq,
    "change": change,
    "growth_from": yoy,
    "rank": rank,
    "top": rank,
    "rank_yoy": rank_yoy,
    "top_yoy": rank_yoy,
    "position": position,
    "sum": total,
    "sum_yoy": sum_yoy,
    "mean": _summary(lambda v: sum(v, Fraction(0)) / len(v)),
    "median": _summary(median),
    "share": share,
    "ratio": ratio,
    "compare": compare,
    "compare_city": compare_city,
    "rank_city": rank_city,
    "top_city": rank_city,
    "periods": series,
    "count": select,
    "filter": select,
    "count_yoy": select_yoy,
    "filter_yoy": select_yoy,
    "series": series,
    "extreme_year": extreme(YEAR_ENDS),
    "extreme_quarter": extreme(QUARTERS),
    "first_over": first_over,
    "reporting": reporting,
    "lineage": lineage,
    "target": target,
    "clarify": refusal("clarify"),
    "unknown": refusal("not_found"),
    "unknown_indicator": refusal("not_found"),
    "bad_period": refusal("not_found"),
    "no_data": refusal("not_found"),
    "bad_unit": refusal("not_found"),
}
