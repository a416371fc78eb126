"""Statistics questions as they are half typed on a phone: writes ``stats_phone.jsonl``, each answer computed here.

    python -m eval.stats_phone DATABASE

Written before any pattern of the parser was read, like ``eval/stats_fresh.py``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from eval.stats_cases import (
    ALL,
    JN,
    LY,
    PN,
    PP,
    QE,
    QR,
    YB,
    YS,
    ZB,
    Ask,
    D,
    E,
    N,
    P,
    R,
    Row,
    S,
    Table,
    asker,
    names,
    ranked,
    write,
)

TARGET = Path(__file__).with_name("stats_phone.jsonl")
QUARTERS = tuple(year * 10 + quarter for year in (2019, 2020, 2021) for quarter in (1, 2, 3, 4))


def rows(t: Table) -> list[Row]:
    """The cases."""
    made: list[Row] = []
    ask = asker("sp", made)

    _values(t, ask)
    _several(t, ask)
    _growth(t, ask)
    _bounds(t, ask)
    _courses(t, ask)
    _languages(t, ask)
    _talks(t, ask)
    _refusals(ask)
    return made


def _values(t: Table, ask: Ask) -> None:
    ask("济南信息技术 营收 21年", "short year", t.at(JN, R, 20214))
    ask("轨交21年挣了多少", "alias, word for profit", t.at(QR, P, 20214))
    ask("烟台医药去年营收", "shortened name, relative", t.at(YB, R, 20204))
    ask("临沂医药就业人数 21底", "shortened name, clipped date", t.at(LY, E, 20214))
    ask("淄博材料集群研发费 2020", "shortened name", t.at(ZB, D, 20204))
    ask("二一年上半年青岛节能营收", "Chinese numerals, shortened name", t.at(QE, R, 20212))
    ask("两千零二十一年济南软件利润", "Chinese numerals, alias", t.at(JN, P, 20214))
    ask("二〇二〇年前三个季度烟台先进材料收入", "Chinese numerals, shortened name", t.at(YS, R, 20203))
    ask("近四个季度轨交利润合计", "last four quarters", t.at(QR, P, 20214))
    ask("烟台生物去年四季度当季研发", "relative, single quarter", t.single(YB, D, 20204))
    ask("营收，今年前三季度，济南信息技术那个", "word order, relative", t.at(JN, R, 20213))
    ask("青岛节能环保末季利润21", "last quarter, clipped", t.single(QE, P, 20214))


def _several(t: Table, ask: Ask) -> None:
    ask("青岛俩集群21年就业一共多少人", "sum of a city", t.at((QR, QE), E, 20214))
    ask("烟台两家集群 营收 2021 谁多", "compare", t.at(YS, R, 20214), t.at(YB, R, 20214))
    ask("7个集群21年研发合计", "sum", t.at(ALL, D, 20214))
    margins = ranked(lambda c: t.ratio(c, P, R, 20214))
    ask("各集群21年利润率排一下", "derived rank", *(t.ratio(c, P, R, 20214) for c in margins), must=names(margins))
    strength = ranked(lambda c: t.ratio(c, D, R, 20214))[:3]
    ask("研发强度前三 2021", "derived top", *(t.ratio(c, D, R, 20214) for c in strength), must=names(strength))
    each = ranked(lambda c: t.ratio(c, R, E, 20214))
    ask("人均营收最高的是哪家 21年", "derived top", t.ratio(each[0], R, E, 20214, 10000), must=names(each[:1]))
    share = ranked(lambda c: t.ratio(c, S, E, 20204), down=False)
    ask("科研人员占比最低的集群 2020年末", "derived bottom", t.ratio(share[0], S, E, 20204), must=names(share[:1]))
    ask("济南信息技术占全部营收几个点 2021", "share", 100 * t.at(JN, R, 20214) / t.at(ALL, R, 20214))
    ask("烟台占全省集群营收多少 2021", "share of a city", 100 * t.at((YS, YB), R, 20214) / t.at(ALL, R, 20214))
    ask("济南和青岛哪个市营收高 21年", "compare cities", t.at(JN, R, 20214), t.at((QR, QE), R, 20214))
    most = ranked(lambda c: t.at(c, PP, 20214) + t.at(c, PN, 20214))[0]
    ask("21年末平台总数最多的", "derived top", t.at(most, PP, 20214) + t.at(most, PN, 20214), must=names([most]))
    both = [c for c in ranked(lambda c: t.at(c, R, 20214))[:3] if c in ranked(lambda c: t.at(c, D, 20214))[:3]]
    ask("营收和研发都排前三的集群 2021", "two orders at once", must=names(both))


def _growth(t: Table, ask: Ask) -> None:
    slow = ranked(lambda c: t.yoy(c, R, 20214), down=False)[1]
    ask("营收增速倒数第二是谁 21年全年", "place from below", t.yoy(slow, R, 20214), must=names([slow]))
    ask("临沂医药营收21比20少了多少亿", "growth amount", must=[f"{t.at(LY, R, 20204) - t.at(LY, R, 20214):.2f}"])
    base, now = t.single(ZB, P, 20202), t.single(ZB, P, 20212)
    ask("淄博功能材料21年Q2当季利润同比", "yoy of a single quarter", (now - base) / base * 100)
    base, now = t.single(QE, R, 20212), t.single(QE, R, 20213)
    ask("青岛节能 三季度环比 营收 2021", "qoq", (now - base) / base * 100)
    more = t.at(ALL, PP, 20214) - t.at(ALL, PP, 20194)
    ask("省级平台比19年底多了多少 7个集群合计 21年底", "growth amount of the sum", must=[f"{more:.0f}"])
    ask("烟台生物21年一季度环比", "no indicator", expect="clarify")


def _bounds(t: Table, ask: Ask) -> None:
    def those(measure: str, low: float, high: float, when: int) -> list[str]:
        return names([c for c in ALL if low < t.at(c, measure, when) < high])

    falling = [c for c in ALL if t.at(c, P, 20214) < t.at(c, P, 20204)]
    ask("利润下降的集群 2021", "filter sign", *(t.yoy(c, P, 20214) for c in falling), must=names(falling))
    ask("营收五百亿以下的集群有哪些2021", "filter", must=those(R, 0, 500, 20214))
    ask("营收超一千五百亿的有几个 2021年", "count", must=[f"{len(those(R, 1500, 1e9, 20214))}个"])
    ask("就业人数十万以上的集群 2020末", "filter", must=those(E, 99999, 1e9, 20204))
    ask("利润五十到一百亿之间的集群 21年", "filter range", must=those(P, 50, 100, 20214))
    ask("研发强度低于4%的 2021年", "filter derived", must=names([c for c in ALL if t.ratio(c, D, R, 20214) < 4]))
    ask("千亿集群还差几个达标", "target distance", must=[str(4 - len(those(R, 1000, 1e9, 20214)))])


def _courses(t: Table, ask: Ask) -> None:
    ask("济南信息技术哪年营收最高", "record year", max(t.at(JN, R, y * 10 + 4) for y in (2019, 2020, 2021)))
    ask("轨道交通单季利润啥时候最高", "record", max(t.single(QR, P, when) for when in QUARTERS))
    ask("烟台生物全年营收啥时候首次过600亿", "first over", t.at(YB, R, 20214), must=["2021"])
    first = next(when for when in QUARTERS if t.at(JN, E, when) > 200000)
    ask("济南信息技术就业什么时候过的20万", "first over", t.at(JN, E, first))
    ask("青岛节能环保近3年就业", "trend", *(t.at(QE, E, y * 10 + 4) for y in (2019, 2020, 2021)))
    ask("淄博功能材料分季度营收 2020", "by quarter", *(t.single(ZB, R, 20200 + q) for q in (1, 2, 3, 4)))
    ask("烟台先进结构材料 利润 2019 2020 2021", "years", *(t.at(YS, P, y * 10 + 4) for y in (2019, 2020, 2021)))


def _languages(t: Table, ask: Ask) -> None:
    ask("What's Zibo functional materials profit margin in 2021", "English", t.ratio(ZB, P, R, 20214))
    ask("Linyi biomed headcount end 2020", "English, clipped", t.at(LY, E, 20204))
    top = ranked(lambda c: t.at(c, D, 20214))[:3]
    ask("top 3 clusters by R&D spending 2021", "English", *(t.at(c, D, 20214) for c in top))
    ask("Compare Yantai clusters revenue 2020", "English", t.at(YS, R, 20204), t.at(YB, R, 20204))
    ask("rev growth Qingdao rail H1 2021 yoy", "English, clipped", t.yoy(QR, R, 20212))
    ask(
        "淄博新型功能材料集群二零二一年上半年研發投入是多少萬元",
        "Traditional",
        must=[f"{t.at(ZB, D, 20212) * 10000:.0f}"],
    )
    ask("臨沂生物醫藥去年從業人員", "Traditional, relative", t.at(LY, E, 20204))
    least = ranked(lambda c: t.at(c, N, 20214), down=False)[:1]
    ask("哪個集群2021年新增企業最少", "Traditional", t.at(least[0], N, 20214), must=names(least))
    ask("济南信息机术21年营收", "typo", t.at(JN, R, 20214))
    ask("青岛节能环报2021上半年利润", "typo", t.at(QE, P, 20212))
    ask("烟台先进结够材料 科研人员 2020年底", "typo", t.at(YS, S, 20204))


def _talks(t: Table, ask: Ask) -> None:
    grown = t.yoy(JN, R, 20214)
    told = [f"{t.at(JN, code, 20214):.2f}" for code in (R, P)]
    ask("济南信息技术21年营收多少 比上年涨了多少 利润呢", "compound", grown, must=told)
    profits = [t.at(c, P, 20214) for c in ALL]
    ask("21年谁利润最高谁最低", "compound", max(profits), min(profits))
    ask("轨交营收多少，离1500亿差多少 2021", "compound", t.at(QR, R, 20214), must=[f"{1500 - t.at(QR, R, 20214):.2f}"])
    ask("烟台生物 21年 利润", "follow-up", t.at(YB, P, 20214), session="p1")
    ask("上半年呢", "follow-up", t.at(YB, P, 20212), session="p1")
    ask("换成临沂的", "follow-up", t.at(LY, P, 20212), session="p1")
    ask("跟上年比", "follow-up", t.yoy(LY, P, 20212), session="p1")
    ask("研发强度呢", "follow-up", must=[f"{t.ratio(LY, D, R, 20212):.2f}%"], session="p1")
    place = ranked(lambda c: t.ratio(c, D, R, 20212)).index(LY) + 1
    ask("七个集群里排第几", "follow-up", must=[f"第{place}位"], session="p1")


def _refusals(ask: Ask) -> None:
    ask("烟台生物 22年一季度营收", "no data", expect="not_found")
    ask("21年济南信息技术用电量", "unknown indicator", expect="not_found")
    ask("浙江杭州信息技术集群21年营收", "another province", expect="not_found")


def main(database: str) -> None:
    """Write the file."""
    write(TARGET, rows(Table(database)))


if __name__ == "__main__":
    main(sys.argv[1])
