"""Fresh wordings of statistics questions: writes ``stats_fresh.jsonl``, each answer computed here from the sample.

    python -m eval.stats_fresh DATABASE

The questions were written before anything of the parser was read. The expected figures come from plain arithmetic over
the rows of the sample's table, apart from the product's own code. What is listed as ``must`` are names in their order.
"""

from __future__ import annotations

import statistics
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

TARGET = Path(__file__).with_name("stats_fresh.jsonl")
QUARTERS = tuple((year, quarter) for year in (2019, 2020, 2021) for quarter in (1, 2, 3, 4))


def rows(t: Table) -> list[Row]:
    """The cases."""
    made: list[Row] = []
    ask = asker("sf", made)

    _values(t, ask)
    _growth(t, ask)
    _orders(t, ask)
    _totals(t, ask)
    _derived(t, ask)
    _filters(t, ask)
    _courses(t, ask)
    _standing(t, ask)
    _wordings(t, ask)
    _talks(t, ask)
    _refusals(ask)
    return made


def _values(t: Table, ask: Ask) -> None:
    kind = "value"
    ask("帮我查下济南信息技术服务集群去年底之前，也就是2020全年的主营收入", kind, t.at(JN, R, 20204))
    ask("淄博新型功能材料 2021Q3 营收", kind, t.at(ZB, R, 20213))
    ask("烟台先进结构材料集群2021年9月末就业多少人", kind, t.at(YS, E, 20213))
    ask("截至2020年末，临沂生物医药有多少科研人员？", kind, t.at(LY, S, 20204))
    ask("青岛节能环保2019年搞研发一共花了多少钱", kind, t.at(QE, D, 20194))
    ask("2021年1-9月烟台生物医药实现利润多少", kind, t.at(YB, P, 20213))
    ask("青岛轨道交通装备2020年上半年新增了几家企业", kind, t.at(QR, N, 20202))
    ask("2021年三季度末济南信息技术服务的国家级科技平台有几个", kind, t.at(JN, PN, 20213))
    ask("淄博新型功能材料集群省级平台数，2021年年底", kind, t.at(ZB, PP, 20214))
    ask("只看2021年第三季度当季，烟台先进结构材料的营业收入是多少", "single quarter", t.single(YS, R, 20213))
    ask("临沂生物医药2020年第四季度单季研发投入", "single quarter", t.single(LY, D, 20204))
    ask("去掉前两个季度，2021年三季度青岛节能环保自己挣了多少利润（单季）", "single quarter", t.single(QE, P, 20213))
    ask("青岛轨道交通2021年4到6月营收", "single quarter", t.single(QR, R, 20212))
    ask("济南信息技术服务2021年二季度当季新增企业数", "single quarter", t.single(JN, N, 20212))
    ask("累计到2021年三季度，淄博新型功能材料研发投了多少", "cumulative", t.at(ZB, D, 20213))
    ask("临沂生物医药2021年全年营业收入和利润分别是多少", "two indicators", t.at(LY, R, 20214), t.at(LY, P, 20214))
    ask(
        "给我烟台生物医药2021年的营收、研发投入和就业人数",
        "several indicators",
        t.at(YB, R, 20214),
        t.at(YB, D, 20214),
        t.at(YB, E, 20214),
    )


def _growth(t: Table, ask: Ask) -> None:
    ask("烟台生物医药2021年营收比2020年涨了百分之几", "yoy", t.yoy(YB, R, 20214))
    ask("2021年上半年青岛轨道交通装备利润同比", "yoy", t.yoy(QR, P, 20212))
    ask("和上年同期相比，济南信息技术服务2021年前三季度研发投入增幅多大", "yoy", t.yoy(JN, D, 20213))
    ask("淄博新型功能材料2021年末从业人数较上年末增长多少", "yoy", t.yoy(ZB, E, 20214))
    ask("临沂生物医药2020年营收增速", "yoy", t.yoy(LY, R, 20204))
    ask("青岛节能环保2021年一季度营收增长率是多少", "yoy", t.yoy(QE, R, 20211))
    single = t.single(YS, R, 20212)
    ask("烟台先进结构材料2021年三季度营收环比增长多少", "qoq", (t.single(YS, R, 20213) - single) / single * 100)
    before = t.single(QE, P, 20203)
    ask("青岛节能环保2020年四季度利润环比变化", "qoq", (t.single(QE, P, 20204) - before) / before * 100)
    researchers = t.at(JN, S, 20211)
    ask(
        "济南信息技术服务2021年二季度末科研人员环比增长几个百分点",
        "qoq",
        (t.at(JN, S, 20212) - researchers) / researchers * 100,
    )
    ask("烟台生物医药2021年营收比上一年多了多少亿", "growth amount", t.at(YB, R, 20214) - t.at(YB, R, 20204))
    ask("淄博新型功能材料2021年上半年利润同比多赚了多少钱", "growth amount", t.at(ZB, P, 20212) - t.at(ZB, P, 20202))
    ask("青岛轨道交通从2019年到2021年就业净增多少人", "growth amount", t.at(QR, E, 20214) - t.at(QR, E, 20194))
    ask("济南信息技术服务2021年营收较2019年增长多少", "growth from a year", t.yoy(JN, R, 20214, 20))
    ask(
        "临沂生物医药2019到2021年营收年均增速", "compound", ((t.at(LY, R, 20214) / t.at(LY, R, 20194)) ** 0.5 - 1) * 100
    )
    ask("7个国家级集群2021年营收合起来同比增长多少", "growth of the sum", t.yoy(ALL, R, 20214))
    ask("青岛两个集群2021年全年营收总和的同比增速", "growth of the sum", t.yoy((QR, QE), R, 20214))


def _orders(t: Table, ask: Ask) -> None:
    top = ranked(lambda c: t.at(c, R, 20214))
    ask("2021年谁的营收最高", "top", t.at(top[0], R, 20214), must=names(top[:1]))
    ask("哪个集群2021年营收垫底", "bottom", t.at(top[-1], R, 20214), must=names(top[-1:]))
    ask("把2021年全年营收排个名", "rank", *(t.at(c, R, 20214) for c in top), must=names(top))
    low = ranked(lambda c: t.at(c, P, 20204), down=False)
    ask("2020年利润最少的三个集群是哪些", "bottom k", *(t.at(c, P, 20204) for c in low[:3]), must=names(low[:3]))
    new = ranked(lambda c: t.at(c, N, 20213))
    ask("2021年前三季度新增企业数前两名", "top k", *(t.at(c, N, 20213) for c in new[:2]), must=names(new[:2]))
    rd = ranked(lambda c: t.at(c, D, 20204))
    ask("研发投入2020年排第二的是谁", "place", t.at(rd[1], D, 20204), must=names(rd[1:2]))
    ask("烟台先进结构材料2021年营收在七个集群里第几", "position", t.at(YS, R, 20214), must=[f"第{top.index(YS) + 1}位"])
    ask(
        "临沂生物医药的就业人数2021年底排在第几位",
        "position",
        t.at(LY, E, 20214),
        must=[f"第{ranked(lambda c: t.at(c, E, 20214)).index(LY) + 1}位"],
    )
    fast = ranked(lambda c: t.yoy(c, R, 20214))
    ask("2021年营收增速最快的是哪家集群", "rank growth", t.yoy(fast[0], R, 20214), must=names(fast[:1]))
    ask(
        "按营收同比增速从低到高给集群排序，2021年全年",
        "rank growth",
        *(t.yoy(c, R, 20214) for c in fast),
        must=names(fast[::-1]),
    )
    ask("2021年营收同比增长额最大的集群", "rank growth amount", max(t.at(c, R, 20214) - t.at(c, R, 20204) for c in ALL))
    single = ranked(lambda c: t.single(c, R, 20214))
    ask(
        "2021年四季度单季营收前三的集群",
        "rank single",
        *(t.single(c, R, 20214) for c in single[:3]),
        must=names(single[:3]),
    )
    ask(
        "倒数第一的科研人员集群是哪个，2021年末",
        "bottom",
        min(t.at(c, S, 20214) for c in ALL),
        must=names(ranked(lambda c: t.at(c, S, 20214), down=False)[:1]),
    )
    best = max(((c, y * 10 + q) for c in ALL for y, q in QUARTERS), key=lambda each: t.single(each[0], R, each[1]))
    ask(
        "哪个集群单季营收最高，是哪个季度", "record over clusters", t.single(best[0], R, best[1]), must=names([best[0]])
    )
    worst = min(((c, y * 10 + q) for c in ALL for y, q in QUARTERS), key=lambda each: t.single(each[0], P, each[1]))
    ask(
        "历史上单季利润最低的是哪个集群的哪个季度",
        "record over clusters",
        t.single(worst[0], P, worst[1]),
        must=names([worst[0]]),
    )
    year = max(((c, y) for c in ALL for y in (2019, 2020, 2021)), key=lambda each: t.at(each[0], D, each[1] * 10 + 4))
    ask(
        "哪个集群哪一年的研发投入最高",
        "record over clusters",
        t.at(year[0], D, year[1] * 10 + 4),
        must=names([year[0]]),
    )


def _totals(t: Table, ask: Ask) -> None:
    ask("七个国家级集群2021年营收加起来多少", "sum", t.at(ALL, R, 20214))
    ask("2020年末全部集群总就业人数", "sum", t.at(ALL, E, 20204))
    ask("烟台市两个集群2021年上半年研发投入之和", "sum of a city", t.at((YS, YB), D, 20212))
    ask("青岛的集群2021年利润合计多少亿元", "sum of a city", t.at((QR, QE), P, 20214))
    ask("生物领域的集群2021年一共新增多少家企业", "sum of a field", t.at((YB, LY), N, 20214))
    ask("新材料领域2020年营收总额", "sum of a field", t.at((ZB, YS), R, 20204))
    ask("2021年各集群平均利润是多少", "mean", t.at(ALL, P, 20214) / 7)
    ask("2021年三季度末平均每个集群有多少科研人员", "mean", t.at(ALL, S, 20213) / 7)
    ask("2020年全年营收中位数", "median", statistics.median(t.at(c, R, 20204) for c in ALL))
    ask("七个集群2021年研发投入的中位数是哪个数", "median", statistics.median(t.at(c, D, 20214) for c in ALL))
    ask("济南信息技术服务占七个集群2021年营收的几成几", "share", 100 * t.at(JN, R, 20214) / t.at(ALL, R, 20214))
    ask("青岛的集群2021年利润占全部国家级集群的比重", "share", 100 * t.at((QR, QE), P, 20214) / t.at(ALL, P, 20214))
    ask("烟台生物医药就业占烟台各集群的百分比，2021年末", "share", 100 * t.at(YB, E, 20214) / t.at((YS, YB), E, 20214))
    ask("临沂生物医药2021年利润与研发投入之比", "ratio", t.ratio(LY, P, D, 20214))
    ask("2021年按城市汇总营收", "by city", t.at((QR, QE), R, 20214), t.at((YS, YB), R, 20214), t.at(JN, R, 20214))
    ask("按产业领域看2021年研发投入", "by field", t.at((ZB, YS), D, 20214), t.at((YB, LY), D, 20214))
    ask("哪个市2021年集群营收总量最大", "rank of cities", t.at((QR, QE), R, 20214), must=["青岛"])
    ask("国家级集群2021年利润一共多少", "by level", t.at(ALL, P, 20214))


def _derived(t: Table, ask: Ask) -> None:
    ask("烟台生物医药2021年研发投入强度", "derived", t.ratio(YB, D, R, 20214))
    ask(
        "2020年全年哪个集群研发强度最高",
        "derived rank",
        max(t.ratio(c, D, R, 20204) for c in ALL),
        must=names(ranked(lambda c: t.ratio(c, D, R, 20204))[:1]),
    )
    ask("淄博新型功能材料2021年利润率多少", "derived", t.ratio(ZB, P, R, 20214))
    ask("七个集群整体的利润率，2021年全年", "derived overall", t.ratio(ALL, P, R, 20214))
    ask("青岛轨道交通装备2021年人均营收几万元", "derived", t.ratio(QR, R, E, 20214, 10000))
    ask("济南信息技术服务2021年底科研人员占比是多少", "derived", t.ratio(JN, S, E, 20214))
    ask("2021年末临沂生物医药省级和国家级平台合计多少个", "derived", t.at(LY, PP, 20214) + t.at(LY, PN, 20214))
    ask("青岛两个集群加在一起2021年研发投入强度是多少", "derived of a city", t.ratio((QR, QE), D, R, 20214))
    ask(
        "烟台先进结构材料利润率2021年比2020年提高了几个百分点",
        "derived growth",
        t.ratio(YS, P, R, 20214) - t.ratio(YS, P, R, 20204),
    )
    ask("营收里有百分之几拿去搞研发了，青岛节能环保2021年", "derived", t.ratio(QE, D, R, 20214))
    ask("2021年末每个集群的平台总数", "derived list", *(t.at(c, PP, 20214) + t.at(c, PN, 20214) for c in ALL))


def _filters(t: Table, ask: Ask) -> None:
    def over(code: str, bound: float, when: int) -> list[str]:
        return [c for c in ALL if t.at(c, code, when) > bound]

    ask("2021年营收过千亿的集群有哪些", "filter", must=names(over(R, 1000, 20214)))
    ask("2021年有几个集群营收超过500亿元", "count", must=[f"{len(over(R, 500, 20214))}个"])
    ask("2021年利润不到50亿的集群", "filter", must=names([c for c in ALL if t.at(c, P, 20214) < 50]))
    ask("2021年末从业人员超两万的集群名单", "filter", must=names(over(E, 20000, 20214)))
    ask(
        "研发投入强度高于5%的集群，2021年",
        "filter derived",
        must=names([c for c in ALL if t.ratio(c, D, R, 20214) > 5]),
    )
    ask(
        "2021年营收在五百亿到一千亿之间的有哪些集群",
        "filter range",
        must=names([c for c in ALL if 500 <= t.at(c, R, 20214) <= 1000]),
    )
    ask("2021年营收同比增长超过10%的集群", "filter growth", must=names([c for c in ALL if t.yoy(c, R, 20214) > 10]))
    ask(
        "2021年利润同比下降的集群有没有",
        "filter sign",
        *(t.yoy(c, P, 20214) for c in ALL if t.yoy(c, P, 20214) < 0),
        expect="answered",
    )
    ask("2021年哪些集群营收是正增长", "filter sign", must=names([c for c in ALL if t.yoy(c, R, 20214) > 0]))
    ask(
        "营收超1000亿且利润超80亿的集群（2021年）",
        "filter both",
        must=names([c for c in ALL if t.at(c, R, 20214) > 1000 and t.at(c, P, 20214) > 80]) or ["没有"],
    )
    mean = t.at(ALL, R, 20214) / 7
    ask(
        "2021年营收高于平均水平的集群是哪几个", "against mean", must=names([c for c in ALL if t.at(c, R, 20214) > mean])
    )
    ask("2021年营收比青岛节能环保高的集群有哪些", "against cluster", must=names(over(R, t.at(QE, R, 20214), 20214)))


def _courses(t: Table, ask: Ask) -> None:
    ask("烟台生物医药这几年营收怎么变化的", "trend", *(t.at(YB, R, y * 10 + 4) for y in (2019, 2020, 2021)))
    ask("青岛轨道交通装备2020年以来各季度利润走势", "trend")
    ask("淄博新型功能材料近三年研发投入变化情况", "trend", *(t.at(ZB, D, y * 10 + 4) for y in (2019, 2020, 2021)))
    ask("2021年逐季看济南信息技术服务单季营收", "trend single", *(t.single(JN, R, 20210 + q) for q in (1, 2, 3, 4)))
    high = max(QUARTERS, key=lambda each: t.single(YB, R, each[0] * 10 + each[1]))
    ask("烟台生物医药单季营收的历史最高点", "record", t.single(YB, R, high[0] * 10 + high[1]))
    low = min(QUARTERS, key=lambda each: t.single(QE, P, each[0] * 10 + each[1]))
    ask("青岛节能环保哪个季度单季利润最低", "record", t.single(QE, P, low[0] * 10 + low[1]))
    ask("临沂生物医药哪一年营收最好", "record year", max(t.at(LY, R, y * 10 + 4) for y in (2019, 2020, 2021)))
    first = next((y for y in (2019, 2020, 2021) if t.at(YS, R, y * 10 + 4) > 1000), 0)
    ask("烟台先进结构材料全年营收哪年首次突破1000亿", "first over", must=[str(first)] if first else ["没有"])
    people = next((y * 10 + q for y, q in QUARTERS if t.at(ZB, E, y * 10 + q) > t.at(ZB, E, 20194)), 0)
    bound = int(t.at(ZB, E, 20194))
    ask(f"淄博新型功能材料就业人数什么时候第一次超过{bound}人", "first over", t.at(ZB, E, people))
    ask(
        "最近四个季度济南信息技术服务每季度营收（单季）",
        "last four",
        *(t.single(JN, R, 20210 + q) for q in (1, 2, 3, 4)),
    )
    ask("比一比烟台生物医药和临沂生物医药2021年的利润", "compare", t.at(YB, P, 20214), t.at(LY, P, 20214))
    ask("济南信息技术服务和青岛轨道交通装备谁的研发投入多？2021年", "compare", t.at(JN, D, 20214), t.at(QR, D, 20214))
    ask("青岛和烟台2021年集群总营收对比", "compare cities", t.at((QR, QE), R, 20214), t.at((YS, YB), R, 20214))
    ask("临沂生物医药2020年和2021年营收各是多少，差多少", "compare periods", t.at(LY, R, 20204), t.at(LY, R, 20214))
    ask("烟台两个集群2021年末的科研人员差多少人", "compare", t.at(YS, S, 20214), t.at(YB, S, 20214))


def _standing(t: Table, ask: Ask) -> None:
    ask("省级科技平台新增目标完成得如何", "target", must=["70"])
    ask("千亿级集群4个的目标，现在有几个达到了", "target", must=[str(sum(t.at(c, R, 20214) > 1000 for c in ALL))])
    ask("营收过2000亿的目标还差几个", "target distance", must=[str(2 - sum(t.at(c, R, 20214) > 2000 for c in ALL))])
    ask("青岛轨道交通离2000亿还有多远（2021年）", "distance", must=[f"{2000 - t.at(QR, R, 20214):.2f}"])
    ask("国家级平台新增10家这个指标进展怎样", "target", must=["10"])
    ask("2021年四季度的季报都交齐了吗", "reporting", must=["报齐"])
    ask("还有谁没报2022年一季度的数据", "reporting", expect="answered")
    ask("烟台生物医药2021年营收这个数是哪张表来的", "lineage", t.at(YB, R, 20214))
    ask("按2019年1月1日时已知的数，烟台生物医药2018年营收", "as known on", expect="not_found")


def _wordings(t: Table, ask: Ask) -> None:
    ask("2021年 烟台医药 产值", "alias, output value is not revenue", expect="not_found")
    ask("青岛轨交去年一共进账多少", "alias, relative", t.at(QR, R, 20204))
    ask("济南软件和信息技术服务集群2021年底职工人数", "alias", t.at(JN, E, 20214))
    ask("研发人员，淄博新材料，2020年末", "word order", t.at(ZB, S, 20204))
    ask("利润 2021年 临沂生物医药集群 全年", "word order", t.at(LY, P, 20214))
    ask("营收多少啊，二〇二一年的，青岛节能环保", "Chinese numerals", t.at(QE, R, 20214))
    ask("二零二零年第三季度末烟台先进结构材料就业人数", "Chinese numerals", t.at(YS, E, 20203))
    ask("21年上半年淄博功能材料营收", "short year", t.at(ZB, R, 20212))
    ask("烟台生物医药今年全年营收", "relative", t.at(YB, R, 20214))
    ask("去年济南信息技术服务集群利润", "relative", t.at(JN, P, 20204))
    ask("前年临沂生物医药研发投入", "relative", t.at(LY, D, 20194))
    ask("烟台生物医药2021年营收折合多少万元", "unit", must=[f"{t.at(YB, R, 20214) * 10000:.0f}"])
    ask("What was the revenue of Yantai biomedicine in 2021?", "English", t.at(YB, R, 20214))
    ask("Which cluster had the highest profit in 2020?", "English", max(t.at(c, P, 20204) for c in ALL))
    ask("R&D intensity of Qingdao rail transit in the first half of 2021", "English", t.ratio(QR, D, R, 20212))
    ask("How many people did Jinan IT services employ at the end of 2021?", "English", t.at(JN, E, 20214))
    ask("Total revenue of all national clusters in 2021", "English", t.at(ALL, R, 20214))
    ask("year-on-year revenue growth of Linyi biomedicine for 2021", "English", t.yoy(LY, R, 20214))
    ask("煙台生物醫藥集群2021年營收是多少", "Traditional", t.at(YB, R, 20214))
    ask("2021年各集群利潤從高到低排名", "Traditional", max(t.at(c, P, 20214) for c in ALL))
    ask("青島軌道交通裝備2021年上半年研發投入同比增長多少", "Traditional", t.yoy(QR, D, 20212))
    ask("烟台生物医要2021年营收", "typo", t.at(YB, R, 20214))
    ask("青岛轨到交通装备2020年利润", "typo", t.at(QR, P, 20204))
    ask("淄博新型功能才料集群2021年底就业", "typo", t.at(ZB, E, 20214))
    ask("济南信息技术服物2021年全年研发投入", "typo", t.at(JN, D, 20214))
    ask("请问一下麻烦您帮忙看看临沂那个生物医药集群2021年到底赚了多少利润呀谢谢", "chatty", t.at(LY, P, 20214))


def _talks(t: Table, ask: Ask) -> None:
    ask("烟台生物医药2021年营收多少？在几个集群里排第几？", "compound", t.at(YB, R, 20214), must=["第6位"])
    ask(
        "2021年全部集群营收合计多少，其中青岛占多少",
        "compound",
        must=[f"{t.at(ALL, R, 20214):.2f}", f"{t.at((QR, QE), R, 20214):.2f}"],
    )
    ask("临沂生物医药2021年利润和同比增速", "compound", t.yoy(LY, P, 20214), must=[f"{t.at(LY, P, 20214):.2f}"])
    ask("济南信息技术服务2021年营收", "follow-up", t.at(JN, R, 20214), session="f1")
    ask("那淄博新型功能材料呢", "follow-up", t.at(ZB, R, 20214), session="f1")
    ask("它的利润呢", "follow-up", t.at(ZB, P, 20214), session="f1")
    ask("2020年的呢", "follow-up", t.at(ZB, P, 20204), session="f1")
    ask("同比多少", "follow-up", t.yoy(ZB, P, 20204), session="f1")
    ask("排第几", "follow-up", must=["第", "位"], session="f1")
    ask("2021年上半年各集群研发投入排名", "follow-up", max(t.at(c, D, 20212) for c in ALL), session="f2")
    ask("全年呢", "follow-up", max(t.at(c, D, 20214) for c in ALL), session="f2")
    ask("只看前两名", "follow-up", session="f2", expect="answered")
    ask("平均呢", "follow-up", t.at(ALL, D, 20214) / 7, session="f2")
    ask("生物医药集群2021年营收", "ambiguity", expect="clarify")
    ask("青岛的集群营收", "ambiguity, city", t.at(QR, R, 20214), t.at(QE, R, 20214))


def _refusals(ask: Ask) -> None:
    no = "not_found"
    ask("烟台生物医药2015年营收", "no data", expect=no)
    ask("烟台生物医药2030年一季度营收", "future", expect=no)
    ask("青岛节能环保2021年五季度利润", "contradictory period", expect=no)
    ask("2021年13月济南信息技术服务营收", "contradictory period", expect=no)
    ask("烟台生物医药2021年2月31日营收", "contradictory period", expect=no)
    ask("从2021年到2019年青岛轨道交通装备营收走势", "reversed range", expect=no)
    ask("烟台生物医药2021年碳排放量", "unknown indicator", expect=no)
    ask("临沂生物医药2021年进出口额是多少", "unknown indicator", expect=no)
    ask("济南信息技术服务2021年税收", "unknown indicator", expect=no)
    ask("深圳新一代信息通信集群2021年营收", "another province", expect=no)
    ask("合肥新型显示集群去年利润", "another province", expect=no)
    ask("江苏徐州工程机械集群2021年就业人数", "another province", expect=no)
    ask(
        "SELECT value FROM observations WHERE cluster_code='yantai-biomedicine'; DROP TABLE observations;",
        "SQL",
        expect=no,
    )
    ask("烟台生物医药2021年营收' OR 1=1 --", "SQL", expect="answered")
    ask("营收超过50亿的企业有几家", "register bound", expect="clarify", as_="official")
    ask("How many enterprises are in the key enterprise library?", "register English", as_="official")
    ask("Which projects are in the reserve pool?", "register English", as_="official")


def main() -> None:
    """Write the file."""
    write(
        TARGET,
        [{("as" if key == "as_" else key): value for key, value in row.items()} for row in rows(Table(sys.argv[1]))],
    )


if __name__ == "__main__":
    main()
