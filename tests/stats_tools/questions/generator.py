"""A suite of questions over every kind, from templates, names, aliases and ways to write a period."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.stats_tools.questions.figures import FLOWS, NATIONAL
from tests.stats_tools.questions.oracle import ALL

Line = dict[str, Any]

NAMES = {
    "jinan-it-services": [
        "济南信息技术服务",
        "济南市信息技术服务产业集群",
        "济南信息技术服务集群",
        "济南的信息技术服务集群",
        "济南信息服务",
    ],
    "qingdao-rail-transit": [
        "青岛轨道交通装备",
        "青岛市轨道交通装备产业集群",
        "青岛轨道交通",
        "青岛轨交",
        "青岛轨道交通集群",
    ],
    "qingdao-energy-saving": ["青岛节能环保", "青岛市节能环保产业集群", "青岛环保", "青岛节能环保集群"],
    "zibo-functional-materials": ["淄博新型功能材料", "淄博市新型功能材料产业集群", "淄博功能材料", "淄博新材料集群"],
    "yantai-structural-materials": [
        "烟台先进结构材料",
        "烟台市先进结构材料产业集群",
        "烟台结构材料",
        "烟台先进结构材料集群",
    ],
    "yantai-biomedicine": ["烟台生物医药", "烟台市生物医药产业集群", "烟台医药", "烟台的生物医药集群"],
    "linyi-biomedicine": ["临沂生物医药", "临沂市生物医药产业集群", "临沂医药集群", "临沂生物医药集群"],
}
TYPOS = {
    "jinan-it-services": ["济南信息技木服务", "济南信息技术服物"],
    "zibo-functional-materials": ["淄博新型工能材料", "淄搏新型功能材料"],
    "yantai-biomedicine": ["烟台生物医约", "烟台生务医药"],
    "qingdao-energy-saving": ["青岛节能环宝"],
}
WORDS = {
    "revenue": ["主营业务收入", "营收", "营业收入", "主营收入"],
    "profit": ["利润", "利润总额", "盈利"],
    "rd_spending": ["研发投入", "研发经费", "研发支出", "R&D投入"],
    "new_enterprises": ["新增企业数", "新增企业", "新设企业数"],
    "employment": ["就业人数", "从业人员", "就业人员", "员工人数"],
    "researchers": ["科研人员数量", "科研人员", "研发人员数"],
    "platforms_provincial": ["省级科技平台数量", "省级平台", "省级创新平台数"],
    "platforms_national": ["国家级科技平台数量", "国家级平台", "国家级创新平台"],
    "rd_intensity": ["研发投入强度", "研发强度"],
    "profit_margin": ["利润率", "营收利润率"],
    "revenue_per_employee": ["人均营收", "人均主营业务收入"],
    "researcher_share": ["科研人员占比", "科研人员比重"],
    "platforms_total": ["科技平台合计", "平台总数"],
}
ENGLISH = {
    "revenue": "revenue",
    "profit": "profit",
    "rd_spending": "R&D spending",
    "employment": "employment",
}
ENGLISH_NAMES = {
    "jinan-it-services": "Jinan IT services",
    "qingdao-rail-transit": "Qingdao rail transit",
    "zibo-functional-materials": "Zibo functional materials",
    "linyi-biomedicine": "Linyi biomedicine",
}
TRADITIONAL = str.maketrans("营业务收入济南轨道装备东烟台临沂医药环节术", "營業務收入濟南軌道裝備東煙臺臨沂醫藥環節術")
CUMULATIVE = {
    1: ["{y}年一季度", "{y}年1-3月", "{y}Q1"],
    2: ["{y}年上半年", "{y}年1-6月", "{y}年前两个季度", "{c}年上半年", "{s}年上半年"],
    3: ["{y}年前三季度", "{y}年1-9月", "{y}年1至9月", "{c}年前三季度", "{s}年前三季度"],
    4: ["{y}年全年", "{y}年", "{y}年度", "{c}年", "{s}年全年"],
}
POINTS = {
    1: ["{y}年一季度末", "{y}年3月末", "{y}Q1"],
    2: ["{y}年二季度末", "{y}年6月末", "{y}年上半年末", "{c}年二季度末"],
    3: ["{y}年三季度末", "{y}年9月底", "{y}年第三季度末"],
    4: ["{y}年末", "{y}年底", "{y}年年底", "{y}年四季度末", "{c}年末"],
}
SINGLE = {
    1: ["{y}年一季度单季", "{y}年第一季度当季"],
    2: ["{y}年二季度单季", "{y}年第二季度当季", "{c}年二季度单季"],
    3: ["{y}年三季度单季", "{y}年第3季度单季", "{s}年三季度单季"],
    4: ["{y}年四季度单季", "{y}年第四季度当季"],
}
CHINESE_YEARS = {2019: "二零一九", 2020: "二〇二〇", 2021: "二零二一"}
CITIES = ("济南", "青岛", "淄博", "烟台", "临沂")


class Words:
    """Seeded choice of how things are put."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def one(self, options: Any) -> Any:
        return self.chance.choice(list(options))

    def cluster(self) -> tuple[str, str]:
        code = self.one(NATIONAL)
        return code, self.one(NAMES[code])

    def clusters(self, count: int) -> list[tuple[str, str]]:
        return [(code, self.one(NAMES[code])) for code in self.chance.sample(list(NATIONAL), count)]

    def indicator(self, *codes: str) -> tuple[str, str]:
        code = self.one(codes or WORDS)
        return code, self.one(WORDS[code])

    def when(
        self, indicator: str, years: tuple[int, ...] = (2019, 2020, 2021), quarter: int | None = None
    ) -> tuple[str, str]:
        """A period code and how it is written for this indicator."""
        year, number = self.one(years), quarter or self.chance.randint(1, 4)
        stock = indicator not in FLOWS and indicator not in ("rd_intensity", "profit_margin", "revenue_per_employee")
        text = self.one((POINTS if stock else CUMULATIVE)[number])
        return f"{year}Q{number}", text.format(y=year, c=CHINESE_YEARS[year], s=year - 2000)

    def single(self, years: tuple[int, ...] = (2019, 2020, 2021)) -> tuple[str, str]:
        year, number = self.one(years), self.chance.randint(1, 4)
        return f"{year}Q{number}", self.one(SINGLE[number]).format(y=year, c=CHINESE_YEARS[year], s=year - 2000)


Maker = Callable[[Words], tuple[str, dict[str, Any]]]
MAKERS: dict[str, Maker] = {}


def kind(name: str) -> Callable[[Maker], Maker]:
    def keep(maker: Maker) -> Maker:
        MAKERS[name] = maker
        return maker

    return keep


@kind("point lookup")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (c, name), (i, word) = w.cluster(), w.indicator()
    p, when = w.when(i)
    text = w.one(
        [
            "{n}{p}{i}是多少",
            "{n}{p}的{i}",
            "{p}{n}{i}",
            "查一下{p}{n}的{i}",
            "{n}{i}，{p}",
            "请问{n}{p}{i}有多少？",
            "{p}，{n}的{i}是多少？",
        ]
    )
    return text.format(n=name, p=when, i=word), {"op": "value", "i": i, "p": p, "c": [c]}


@kind("single quarter")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (c, name), (i, word) = w.cluster(), w.indicator(*FLOWS)
    p, when = w.single()
    text = w.one(["{n}{p}{i}", "{p}{n}的{i}是多少", "{n}的{i}，{p}"])
    return text.format(n=name, p=when, i=word), {"op": "value", "i": i, "p": p, "c": [c], "b": "quarter"}


@kind("year on year")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (c, name), (i, word) = (
        w.cluster(),
        w.indicator("revenue", "profit", "rd_spending", "employment", "researchers", "rd_intensity"),
    )
    p, when = w.when(i, (2020, 2021))
    text = w.one(
        [
            "{n}{p}{i}同比增长多少",
            "{p}{n}{i}同比",
            "{n}{p}的{i}增速是多少",
            "{p}{n}{i}比上年同期增长了多少",
            "{n}{p}{i}增长率",
        ]
    )
    return text.format(n=name, p=when, i=word), {"op": "yoy", "i": i, "p": p, "c": [c]}


@kind("quarter on quarter")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (c, name), (i, word) = w.cluster(), w.indicator("revenue", "rd_spending", "employment")
    p, when = w.when(i, (2020, 2021))
    if i in FLOWS:
        p, when = w.single((2020, 2021))
        when = when.removesuffix("单季").removesuffix("当季")
    text = w.one(["{n}{p}{i}环比增长多少", "{p}{n}{i}环比", "{n}{p}的{i}环比增速"])
    return text.format(n=name, p=when, i=word), {"op": "qoq", "i": i, "p": p, "c": [c]}


@kind("growth amount")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (c, name), (i, word) = w.cluster(), w.indicator("revenue", "profit", "employment", "rd_spending")
    p, when = w.when(i, (2020, 2021))
    text = w.one(["{n}{p}{i}同比增加了多少", "{p}{n}{i}比上年同期增加额是多少", "{n}{p}{i}同比增加额"])
    return text.format(n=name, p=when, i=word), {"op": "change", "i": i, "p": p, "c": [c]}


@kind("growth from a year")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (c, name), (i, word) = w.cluster(), w.indicator("revenue", "rd_spending")
    text = w.one(
        ["{n}2021年{i}比2019年增长多少", "{n}{i}从2019年到2021年增长了多少", "2021年{n}的{i}较2019年增长了百分之几"]
    )
    return text.format(n=name, i=word), {"op": "growth_from", "i": i, "p": "2021Q4", "c": [c], "base": "2019Q4"}


@kind("ranking")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, word = w.indicator()
    (p, when), order = w.when(i), w.one(["desc", "asc"])
    texts = {
        "desc": [
            "{p}各集群{i}排名",
            "{p}七个国家级集群{i}从高到低排一下",
            "按{i}给各集群排序，{p}",
            "{p}国家级集群{i}由高到低排列",
            "各集群{p}{i}排行",
        ],
        "asc": ["{p}各集群{i}从低到高排名", "{p}七个国家级集群{i}由低到高排一下", "{p}国家级集群{i}升序排列"],
    }
    return w.one(texts[order]).format(p=when, i=word), {"op": "rank", "i": i, "p": p, "order": order}


@kind("ranking of growth")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, word = w.indicator("revenue", "rd_spending", "employment")
    p, when = w.when(i, (2020, 2021))
    text = w.one(["{p}各集群{i}增速排名", "{p}国家级集群{i}同比增速从高到低排一下", "按{i}同比增速给七个集群排名，{p}"])
    return text.format(p=when, i=word), {"op": "rank_yoy", "i": i, "p": p, "order": "desc"}


@kind("top and bottom k")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, word = w.indicator(
        "revenue", "profit", "rd_spending", "employment", "researchers", "rd_intensity", "platforms_total"
    )
    (p, when), k = w.when(i), w.chance.randint(2, 4)
    said = "零一二三四"[k] if k != 2 else w.one(["两", "2"])
    order = w.one(["desc", "asc"])
    texts = {
        "desc": ["{p}{i}最高的{k}个集群", "{p}{i}前{k}名", "{p}{i}排名前{k}的集群有哪些", "{i}最多的{k}个集群，{p}"],
        "asc": ["{p}{i}最低的{k}个集群", "{p}{i}最少的{k}个国家级集群", "{p}{i}倒数{k}名"],
    }
    return w.one(texts[order]).format(p=when, i=word, k=said), {"op": "top", "i": i, "p": p, "order": order, "k": k}


@kind("the best and the last")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, word = w.indicator("revenue", "profit", "rd_spending", "employment", "profit_margin")
    (p, when), order = w.when(i), w.one(["desc", "asc"])
    texts = {
        "desc": ["{p}哪个集群{i}最高", "{p}{i}最高的是哪个集群", "{p}谁的{i}最高", "{p}{i}第一名是谁"],
        "asc": ["{p}哪个集群{i}最低", "{p}{i}垫底的是谁", "{p}{i}最低的是哪个集群"],
    }
    return w.one(texts[order]).format(p=when, i=word), {"op": "top", "i": i, "p": p, "order": order, "k": 1}


@kind("position of one")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (c, name), (i, word) = w.cluster(), w.indicator("revenue", "profit", "rd_spending", "employment", "rd_intensity")
    p, when = w.when(i)
    text = w.one(["{n}{p}{i}排第几", "{p}{n}的{i}在国家级集群里排名第几", "{n}{p}{i}排名第几位", "{n}{i}{p}排在第几位"])
    return text.format(n=name, p=when, i=word), {"op": "position", "i": i, "p": p, "c": [c], "order": "desc"}


@kind("sum")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, word = w.indicator(
        "revenue", "profit", "rd_spending", "new_enterprises", "employment", "researchers", "platforms_provincial"
    )
    p, when = w.when(i)
    text = w.one(
        [
            "{p}国家级集群{i}合计",
            "{p}七个集群{i}一共多少",
            "{p}各集群{i}总和是多少",
            "七个国家级集群{p}{i}加起来是多少",
            "{p}所有集群的{i}总共多少",
        ]
    )
    return text.format(p=when, i=word), {"op": "sum", "i": i, "p": p}


@kind("sum of a city")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, word = w.indicator("revenue", "profit", "employment")
    (p, when), city = w.when(i), w.one(["青岛", "烟台"])
    codes = [c for c, (_, where, _) in NATIONAL.items() if where == city]
    text = w.one(["{c}两个集群{p}{i}合计", "{p}{c}的集群{i}一共多少", "{p}{c}市集群{i}总共是多少"])
    return text.format(p=when, i=word, c=city), {"op": "sum", "i": i, "p": p, "c": codes}


@kind("growth of the sum")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, word = w.indicator("revenue", "employment")
    p, when = w.when(i, (2020, 2021))
    text = w.one(["{p}国家级集群{i}合计同比增长多少", "七个集群{p}{i}总和的同比增速"])
    return text.format(p=when, i=word), {"op": "sum_yoy", "i": i, "p": p}


@kind("mean")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, word = w.indicator("revenue", "profit", "rd_spending", "employment")
    p, when = w.when(i)
    return w.one(["{p}国家级集群平均{i}", "{p}七个集群{i}平均是多少", "{p}各集群{i}的平均值"]).format(p=when, i=word), {
        "op": "mean",
        "i": i,
        "p": p,
    }


@kind("median")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, word = w.indicator("revenue", "profit", "rd_spending", "employment")
    p, when = w.when(i)
    return w.one(["{p}国家级集群{i}中位数", "{p}各集群{i}的中位数是多少"]).format(p=when, i=word), {
        "op": "median",
        "i": i,
        "p": p,
    }


@kind("share")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (c, name), (i, word) = w.cluster(), w.indicator("revenue", "rd_spending", "employment")
    p, when = w.when(i)
    text = w.one(
        [
            "{n}{p}{i}占七个集群的比重",
            "{p}{n}{i}占国家级集群合计的比例是多少",
            "{n}{p}{i}占全部集群的份额",
            "{p}{n}的{i}在七个集群中占比多少",
        ]
    )
    return text.format(n=name, p=when, i=word), {"op": "share", "i": i, "p": p, "c": [c]}


@kind("ratio of two")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    c, name = w.cluster()
    (one, upper), (other, lower) = w.one(
        [
            (("profit", "利润"), ("rd_spending", "研发投入")),
            (("rd_spending", "研发投入"), ("profit", "利润")),
            (("rd_spending", "研发投入"), ("employment", "就业人数")),
        ]
    )
    p, when = w.when("revenue")
    text = w.one(["{n}{p}{a}与{b}之比", "{p}{n}{a}和{b}的比值", "{n}{p}{a}与{b}的比例是多少"])
    return text.format(n=name, p=when, a=upper, b=lower), {"op": "ratio", "i": f"{one}/{other}", "p": p, "c": [c]}


@kind("comparing two")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (a, one), (b, other) = w.clusters(2)
    i, word = w.indicator("revenue", "profit", "rd_spending", "employment", "rd_intensity")
    p, when = w.when(i)
    text = w.one(
        [
            "{a}和{b}{p}{i}对比",
            "{p}{a}与{b}的{i}谁高",
            "{a}{p}{i}比{b}高多少",
            "比较{a}和{b}{p}的{i}",
            "{p}{a}跟{b}{i}差多少",
        ]
    )
    return text.format(a=one, b=other, p=when, i=word), {"op": "compare", "i": i, "p": p, "c": [a, b]}


@kind("comparing a city's clusters")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, word = w.indicator("revenue", "profit", "rd_spending", "employment")
    (p, when), city = w.when(i), w.one(["青岛", "烟台"])
    codes = [c for c, (_, where, _) in NATIONAL.items() if where == city]
    text = w.one(["{c}两个集群的{i}对比一下，{p}", "{p}{c}各集群{i}比较", "对比{c}的两个集群{p}的{i}"])
    return text.format(c=city, p=when, i=word), {"op": "compare", "i": i, "p": p, "c": codes}


@kind("comparing cities")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, word = w.indicator("revenue", "profit", "employment")
    (p, when), cities = w.when(i), w.chance.sample(["济南", "青岛", "淄博", "烟台"], 2)
    text = w.one(["{p}{a}和{b}的{i}对比", "比较{a}与{b}{p}的{i}", "{p}{a}跟{b}{i}谁高"])
    return text.format(a=cities[0], b=cities[1], p=when, i=word), {
        "op": "compare_city",
        "i": i,
        "p": p,
        "cities": cities,
    }


@kind("ranking of cities")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, word = w.indicator("revenue", "profit", "employment")
    p, when = w.when(i)
    text, k = w.one([("{p}各市{i}排名", None), ("{p}哪个城市{i}最高", 1), ("按城市排一下{p}的{i}", None)])
    return text.format(p=when, i=word), {"op": "rank_city", "i": i, "p": p, "order": "desc", **({"k": k} if k else {})}


@kind("count over a bound")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    p, when = w.when("revenue", quarter=4)
    said, bound = w.one(
        [
            ("1000亿", 1000),
            ("1000亿元", 1000),
            ("一千亿", 1000),
            ("两千亿元", 2000),
            ("1500亿", 1500),
            ("15000000万元", 1500),
        ]
    )
    text = w.one(
        [
            "{p}有几个集群{i}超过{b}",
            "{p}{i}过{b}的集群有几个",
            "{p}{i}高于{b}的有多少个集群",
            "{p}多少个国家级集群{i}突破{b}",
        ]
    )
    return text.format(p=when, i=w.one(WORDS["revenue"]), b=said), {
        "op": "count",
        "i": "revenue",
        "p": p,
        "t": ["gt", bound],
    }


@kind("filter by a bound")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, low, high, unit = w.one(
        [
            ("revenue", 600, 2500, "亿"),
            ("profit", 40, 200, "亿元"),
            ("employment", 5, 11, "万人"),
            ("rd_intensity", 3, 7, "%"),
            ("platforms_provincial", 20, 45, "个"),
        ]
    )
    p, when = w.when(i, quarter=4)
    number = w.chance.randint(low, high)
    comparison, before = w.one(
        [("gt", "超过"), ("gt", "大于"), ("lt", "低于"), ("lt", "不足"), ("ge", "不低于"), ("le", "不超过")]
    )
    text = w.one(["{p}哪些集群{i}{c}{n}{u}", "{p}{i}{c}{n}{u}的集群有哪些", "哪几个集群{p}{i}{c}{n}{u}"])
    bound = number * 10_000 if unit == "万人" else number
    said = text.format(p=when, i=w.one(WORDS[i]), c=before, n=number, u=unit)
    return said, {"op": "filter", "i": i, "p": p, "t": [comparison, bound]}


@kind("filter by the sign of growth")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, word = w.indicator("revenue", "profit", "rd_spending", "employment")
    p, when = w.when(i, (2020, 2021))
    text, t = w.one(
        [
            ("{p}哪些集群{i}同比下降了", ["lt", 0]),
            ("哪些集群{p}{i}下滑", ["lt", 0]),
            ("{p}{i}负增长的集群有哪些", ["lt", 0]),
            ("{p}哪些集群{i}实现增长", ["gt", 0]),
            ("{p}哪几个集群{i}同比增长了", ["gt", 0]),
        ]
    )
    return text.format(p=when, i=word), {"op": "filter_yoy", "i": i, "p": p, "t": t}


@kind("fall between two years")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, word = w.indicator("revenue", "profit", "rd_spending")
    year = w.one([2020, 2021])
    text = w.one(
        ["哪些集群{y}年{i}比{b}年下降了", "{y}年{i}比{b}年减少的有哪些集群", "和{b}年相比，{y}年哪些集群{i}下降了"]
    )
    return text.format(y=year, b=year - 1, i=word), {"op": "filter_yoy", "i": i, "p": f"{year}Q4", "t": ["lt", 0]}


@kind("filter by a growth rate")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, word = w.indicator("revenue", "rd_spending")
    p, when = w.when(i, (2020, 2021))
    said, bound = w.one([("10%", 10), ("5%", 5), ("百分之十五", 15), ("20%", 20)])
    text = w.one(["{p}哪些集群{i}增速超过{b}", "{p}{i}同比增长超过{b}的集群有哪些", "{i}增速高于{b}的集群有几个，{p}"])
    return text.format(p=when, i=word, b=said), {"op": "filter_yoy", "i": i, "p": p, "t": ["gt", bound]}


@kind("trend over years")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (c, name), (i, word) = w.cluster(), w.indicator("revenue", "profit", "rd_spending", "employment", "rd_intensity")
    text = w.one(
        [
            "{n}近三年{i}走势",
            "{n}2019到2021年{i}变化趋势",
            "{n}历年{i}",
            "{n}{i}逐年变化情况",
            "2019年至2021年{n}的{i}趋势",
        ]
    )
    return text.format(n=name, i=word), {"op": "series", "i": i, "c": [c], "ps": ["2019Q4", "2020Q4", "2021Q4"]}


@kind("trend over quarters")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (c, name), (i, word), year = w.cluster(), w.indicator("revenue", "rd_spending", "employment"), w.one([2019, 2020])
    text = w.one(["{n}{y}年各季度{i}走势", "{n}{y}年一季度到四季度{i}变化", "{y}年{n}逐季{i}"])
    return text.format(n=name, y=year, i=word), {
        "op": "series",
        "i": i,
        "c": [c],
        "ps": [f"{year}Q{q}" for q in (1, 2, 3, 4)],
    }


@kind("record year")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (c, name), (i, word), order = w.cluster(), w.indicator("revenue", "profit", "rd_spending"), w.one(["desc", "asc"])
    text = w.one(["{n}哪一年{i}最{d}", "{n}{i}最{d}的是哪一年", "{n}的{i}哪年最{d}"])
    return text.format(n=name, i=word, d="高" if order == "desc" else "低"), {
        "op": "extreme_year",
        "i": i,
        "c": [c],
        "order": order,
    }


@kind("record quarter")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (c, name), (i, word), order = (
        w.cluster(),
        w.indicator("revenue", "rd_spending", "employment"),
        w.one(["desc", "asc"]),
    )
    text = w.one(["{n}{i}最{d}的是哪个季度", "{n}哪个季度{i}最{d}", "{n}{i}在哪个季度最{d}"])
    return text.format(n=name, i=word, d="高" if order == "desc" else "低"), {
        "op": "extreme_quarter",
        "i": i,
        "c": [c],
        "order": order,
    }


@kind("first over a bound")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (c, name), bound = w.cluster(), w.chance.choice([500, 800, 1200, 1600])
    text = w.one(
        ["{n}营收什么时候首次突破{b}亿", "{n}营收首次超过{b}亿元是哪个季度", "{n}主营业务收入第一次过{b}亿是什么时候"]
    )
    return text.format(n=name, b=bound), {"op": "first_over", "i": "revenue", "c": [c], "t": ["gt", bound]}


@kind("clusters of a city")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, word = w.indicator("revenue", "profit", "employment", "rd_intensity")
    (p, when), city = w.when(i), w.one(["青岛", "烟台"])
    codes = [c for c, (_, where, _) in NATIONAL.items() if where == city]
    text = w.one(["{p}{c}的集群{i}", "{c}两个集群{p}的{i}是多少", "{p}{c}各集群{i}分别是多少"])
    return text.format(p=when, i=word, c=city), {"op": "list", "i": i, "p": p, "c": codes}


@kind("every cluster")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, word = w.indicator()
    p, when = w.when(i)
    text = w.one(["{p}各集群{i}", "{p}各个集群的{i}分别是多少", "列出{p}所有集群的{i}", "{p}每个集群的{i}是多少"])
    return text.format(p=when, i=word), {"op": "list", "i": i, "p": p, "c": list(ALL)}


@kind("two indicators at once")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    c, name = w.cluster()
    (a, one), (b, other) = w.one(
        [
            (("revenue", "营收"), ("profit", "利润")),
            (("rd_spending", "研发投入"), ("revenue", "营收")),
            (("employment", "就业人数"), ("researchers", "科研人员")),
        ]
    )
    p, when = w.when(a)
    text = w.one(["{n}{p}{a}和{b}是多少", "{n}{p}的{a}、{b}", "{p}{n}{a}与{b}分别是多少"])
    return text.format(n=name, p=when, a=one, b=other), {"op": "values", "i": f"{a},{b}", "p": p, "c": [c]}


@kind("English")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    c, i = w.one(ENGLISH_NAMES), w.one(["revenue", "profit", "rd_spending"])
    year = w.one([2019, 2020, 2021])
    p, when = w.one([(f"{year}Q4", f"{year}"), (f"{year}Q2", f"the first half of {year}"), (f"{year}Q2", f"{year}H1")])
    text = w.one(
        ["What was the {i} of {n} in {p}?", "{n} cluster {i} in {p}", "How much was the {i} of the {n} cluster in {p}?"]
    )
    return text.format(n=ENGLISH_NAMES[c], i=ENGLISH[i], p=when), {"op": "value", "i": i, "p": p, "c": [c]}


@kind("English ranking")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, year = w.one(["revenue", "profit", "rd_spending"]), w.one([2019, 2020, 2021])
    text = w.one(["Rank the national clusters by {i} in {p}", "Ranking of all clusters by {i} in {p}"])
    return text.format(i=ENGLISH[i], p=year), {"op": "rank", "i": i, "p": f"{year}Q4", "order": "desc"}


@kind("traditional characters")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (c, name), (i, word) = w.cluster(), w.indicator("revenue", "profit", "rd_spending")
    p, when = w.when(i)
    return f"{name}{when}{word}是多少".translate(TRADITIONAL), {"op": "value", "i": i, "p": p, "c": [c]}


@kind("one character mistyped")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    c = w.one(TYPOS)
    i, word = w.indicator("revenue", "profit", "rd_spending")
    p, when = w.when(i)
    text = w.one(["{n}{p}{i}是多少", "{p}{n}集群{i}", "{n}{i}，{p}"])
    return text.format(n=w.one(TYPOS[c]), p=when, i=word), {"op": "value", "i": i, "p": p, "c": [c]}


@kind("relative periods")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (c, name), (i, word) = w.cluster(), w.indicator("revenue", "profit", "rd_spending")
    when, p = w.one(
        [
            ("去年", "2020Q4"),
            ("今年", "2021Q4"),
            ("前年", "2019Q4"),
            ("去年上半年", "2020Q2"),
            ("上季度", "2021Q3"),
            ("最新一期", "2021Q4"),
        ]
    )
    return w.one(["{p}{n}{i}", "{n}{p}的{i}是多少"]).format(n=name, p=when, i=word), {
        "op": "value",
        "i": i,
        "p": p,
        "c": [c],
    }


@kind("no period said")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (c, name), (i, word) = w.cluster(), w.indicator("revenue", "profit", "employment")
    return w.one(["{n}{i}是多少", "{n}的{i}有多少？", "查一下{n}的{i}"]).format(n=name, i=word), {
        "op": "value",
        "i": i,
        "p": "2021Q4",
        "c": [c],
    }


@kind("targets")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    return w.one(
        [
            ("营收过1000亿的目标完成得怎么样了", {"op": "target", "i": "national-clusters-over-1000"}),
            ("过1000亿元的目标完成情况", {"op": "target", "i": "national-clusters-over-1000"}),
            ("过2000亿的目标实现了没有", {"op": "target", "i": "national-clusters-over-2000"}),
            ("主营业务收入过2000亿元的目标进度", {"op": "target", "i": "national-clusters-over-2000"}),
            ("省级平台新增目标完成多少了", {"op": "target", "i": "platforms-provincial-added"}),
            ("新增国家级平台的目标还差多少", {"op": "target", "i": "platforms-national-added"}),
            ("国家级科技创新平台新增目标完成了吗", {"op": "target", "i": "platforms-national-added"}),
        ]
    )


@kind("who has reported")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    year, quarter = w.one([2020, 2021]), w.chance.randint(1, 4)
    said = f"{year}年{'一二三四'[quarter - 1]}季度"
    text = w.one(
        [
            "还有谁没报{p}的数据",
            "哪些集群没有上报{p}的季报",
            "{p}的数据都报齐了吗",
            "{p}季报报送情况",
            "{p}有几个集群没报",
        ]
    )
    return text.format(p=said), {"op": "reporting", "p": f"{year}Q{quarter}"}


@kind("where a figure comes from")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (c, name), (i, word) = w.cluster(), w.indicator("revenue", "profit", "employment")
    p, when = w.when(i, (2019, 2020))
    text = w.one(["{n}{p}{i}这个数从哪来的", "{p}{n}{i}的数据来源", "{n}{p}{i}改过吗"])
    return text.format(n=name, p=when, i=word), {"op": "lineage", "i": i, "p": p, "c": [c]}


@kind("clusters that are not ours")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    name = w.one(
        [
            "德州太阳能集群",
            "苏州生物医药集群",
            "深圳信息技术服务集群",
            "菏泽生物医药集群",
            "临汾生物医药",
            "合肥新型显示集群",
            "济宁轨道交通装备",
            "烟台光伏产业集群",
            "江苏省节能环保集群",
            "青岛家电集群",
        ]
    )
    i, word = w.indicator("revenue", "profit", "employment")
    _, when = w.when(i)
    return w.one(["{n}{p}{i}", "{p}{n}{i}是多少"]).format(n=name, p=when, i=word), {"op": "unknown", "i": i}


@kind("indicators that are not ours")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (_, name), (_, when) = w.cluster(), w.when("revenue")
    word = w.one(["出口额", "税收", "专利数", "固定资产投资", "工业总产值", "用电量", "工业增加值", "资产负债率"])
    return w.one(["{n}{p}{i}", "{p}{n}{i}是多少"]).format(n=name, p=when, i=word), {"op": "unknown_indicator", "i": ""}


@kind("several clusters of one name")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    i, word = w.indicator("revenue", "profit", "employment")
    _, when = w.when(i)
    return w.one(["生物医药集群{p}{i}", "{p}生物医药产业集群{i}是多少"]).format(p=when, i=word), {
        "op": "clarify",
        "i": i,
    }


@kind("periods without figures")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (_, name), (i, word) = w.cluster(), w.indicator("revenue", "profit")
    when = w.one(["2027年", "2018年", "2022年上半年", "2025年前三季度", "2017年全年"])
    return w.one(["{n}{p}{i}", "{p}{n}{i}是多少"]).format(n=name, p=when, i=word), {"op": "no_data", "i": i}


@kind("periods that do not exist")
def _(w: Words) -> tuple[str, dict[str, Any]]:
    (_, name), (i, word) = w.cluster(), w.indicator("revenue", "profit")
    when = w.one(["2021年五季度", "2021年第六季度", "2021年13月", "2021Q5", "2021年2月末", "2021年到2019年"])
    return w.one(["{n}{p}{i}", "{p}{n}{i}是多少"]).format(n=name, p=when, i=word), {"op": "bad_period", "i": i}


FOLLOW_UPS: dict[str, tuple[str, Callable[[str, str], dict[str, Any]]]] = {
    "another cluster": ("那{name}呢？", lambda c, p: {"op": "value", "i": "revenue", "p": p, "c": [c]}),
    "another indicator": ("利润呢？", lambda c, p: {"op": "value", "i": "profit", "p": p, "c": [c]}),
    "a derived indicator": ("那研发投入强度呢？", lambda c, p: {"op": "value", "i": "rd_intensity", "p": p, "c": [c]}),
    "its growth": ("同比呢？", lambda c, p: {"op": "yoy", "i": "revenue", "p": p, "c": [c]}),
    "its place": ("排名呢？", lambda c, p: {"op": "position", "i": "revenue", "p": p, "c": [c], "order": "desc"}),
    "the year before": ("前一年呢？", lambda c, p: {"op": "value", "i": "revenue", "p": f"2019{p[4:]}", "c": [c]}),
    "another period": ("那2021年上半年呢", lambda c, _p: {"op": "value", "i": "revenue", "p": "2021Q2", "c": [c]}),
    "another part of the year": (
        "前三季度呢？",
        lambda c, p: {"op": "value", "i": "revenue", "p": f"{p[:4]}Q3", "c": [c]},
    ),
}


def follow_ups(w: Words) -> Line:
    """A question after another one."""
    (c, name), (p, when) = w.cluster(), w.when("revenue", (2020,))
    other, other_name = w.cluster()
    label = w.one(FOLLOW_UPS)
    text, want = FOLLOW_UPS[label]
    about = other if label == "another cluster" else c
    return {
        "q": text.format(name=other_name),
        "before": [f"{name}{when}营收"],
        "want": want(about, p),
        "kind": f"follow-up: {label}",
    }


def generated(each: int, seed: int = 7) -> Iterator[Line]:
    """So many questions of every kind, without repetition within a kind."""
    w = Words(seed)
    for name, maker in MAKERS.items():
        seen: set[str] = set()
        for _ in range(each):
            text, want = maker(w)
            if text not in seen:
                seen.add(text)
                yield {"q": text, "want": want, "kind": name}
    for _ in range(2 * each):
        yield follow_ups(w)
