"""What an answer says besides its figures: basis, gaps, source, sample, and what cannot be computed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from bot.assistant.access import Principal, Role
from bot.assistant.types import Status
from tests.stats_tools.questions.asking import Desk, filed, opened
from tests.stats_tools.questions.figures import Rows

JINAN, QINGDAO, LINYI = "jinan-it-services", "qingdao-rail-transit", "linyi-biomedicine"


def figures(**values: object) -> Rows:
    """Rows of 济南 by keys such as ``revenue_2021_2``."""
    held: Rows = {}
    for key, value in values.items():
        indicator, year, quarter = key.rsplit("_", 2)
        held[JINAN, indicator, int(year), int(quarter)] = Fraction(str(value))
    return held


@pytest.fixture
def desk_of(tmp_path: Path) -> Iterator[object]:
    """A desk over given rows."""
    databases = []

    def make(held: Rows, *, status: str = "published", principal: Principal | None = None) -> Desk:
        database = opened()
        databases.append(database)
        filed(database, held, status=status)
        return Desk(database, tmp_path, principal)

    yield make
    for database in databases:
        database.close()


class TestFigures:
    def test_a_figure_names_its_unit_period_basis_and_cell(self, desk_of) -> None:
        desk = desk_of(figures(revenue_2021_2="1234.50"))
        text = desk.ask("济南信息技术服务2021年上半年营收").text
        assert "济南信息技术服务2021年上半年主营业务收入为1234.5亿元（累计）" in text
        assert "来源：province.xlsx（季报!C3），导入#1，首次填报。" in text
        assert "示例" not in text

    def test_a_stock_beside_a_flow_has_a_basis_of_its_own(self, desk_of) -> None:
        held: Rows = {}
        for cluster in (JINAN, QINGDAO, LINYI):
            held |= {(cluster, "revenue", 2021, 4): Fraction(100), (cluster, "employment", 2021, 4): Fraction(5000)}
        text = desk_of(held).ask("2021年各集群营收和就业人数").text
        assert "（主营业务收入为全年累计、就业人数为期末）" in text

    def test_a_quarter_without_its_predecessor_says_what_is_missing(self, desk_of) -> None:
        reply = desk_of(figures(revenue_2021_3="900")).ask("济南信息技术服务2021年三季度单季营收")
        assert reply.status is Status.NOT_FOUND
        assert "2021年二季度" in reply.text
        assert not reply.figures

    def test_a_period_without_figures_names_the_newest_there_is(self, desk_of) -> None:
        reply = desk_of(figures(revenue_2021_3="900")).ask("济南信息技术服务2027年营收")
        assert reply.status is Status.NOT_FOUND
        assert "2021年前三季度" in reply.text
        assert "900" not in reply.text
        assert not reply.figures

    def test_a_year_is_not_answered_with_a_part_of_it(self, desk_of) -> None:
        reply = desk_of(figures(revenue_2021_3="900")).ask("济南信息技术服务2021年营收")
        assert reply.status is Status.NOT_FOUND
        assert not reply.figures

    def test_rounding_happens_once_and_half_up(self, desk_of) -> None:
        desk = desk_of(figures(revenue_2020_4="800", revenue_2021_4="801.0004"))
        reply = desk.ask("济南信息技术服务2021年营收同比")
        assert "增长0.13%" in reply.text  # 0.12505 exactly
        assert str(reply.figures[0].value).startswith("0.12505")

    def test_several_clusters_name_those_without_figures(self, desk_of) -> None:
        held = figures(revenue_2021_4="100")
        held[QINGDAO, "revenue", 2021, 4] = Fraction(50)
        text = desk_of(held).ask("2021年国家级集群营收合计").text
        assert "合计150亿元（全年累计，2个有数）" in text
        assert "缺数：" in text
        assert "临沂生物医药" in text

    def test_a_national_cluster_that_never_reported_is_named_in_a_ranking(self, desk_of) -> None:
        text = desk_of(figures(revenue_2021_4="100")).ask("2021年各集群营收排名").text
        assert "缺数：青岛轨道交通装备2021Q4主营业务收入" in text


class TestGrowth:
    def test_from_a_loss_there_is_no_rate_but_both_figures(self, desk_of) -> None:
        reply = desk_of(figures(profit_2020_4="-10", profit_2021_4="5")).ask("济南信息技术服务2021年利润同比增长多少")
        assert "5亿元" in reply.text
        assert "-10亿元" in reply.text
        assert "没有意义" in reply.text
        assert not reply.figures

    def test_from_zero_there_is_no_rate(self, desk_of) -> None:
        reply = desk_of(figures(profit_2020_4="0", profit_2021_4="5")).ask("济南信息技术服务2021年利润同比增长多少")
        assert "基数为零" in reply.text

    def test_a_ratio_over_nothing_is_said_in_words(self, desk_of) -> None:
        reply = desk_of(figures(rd_spending_2021_4="3", revenue_2021_4="0")).ask("济南信息技术服务2021年研发投入强度")
        assert "无法计算" in reply.text
        assert not reply.figures

    def test_a_ranking_by_growth_leaves_out_and_names_what_has_none(self, desk_of) -> None:
        held = figures(profit_2020_4="10", profit_2021_4="12")
        held[LINYI, "profit", 2020, 4], held[LINYI, "profit", 2021, 4] = Fraction(-1), Fraction(3)
        text = desk_of(held).ask("哪些集群2021年利润同比增长了").text
        assert "济南信息技术服务20.00%" in text
        assert "另有临沂生物医药基数为零或负" in text


class TestRecords:
    @pytest.fixture
    def corrected(self, desk_of) -> Desk:
        desk = desk_of(figures(revenue_2021_4="100"))
        later = datetime(2022, 2, 20, tzinfo=UTC)
        filed(desk.database, figures(revenue_2021_4="110"), name="更正.xlsx", at=later)
        return desk

    def test_a_correction_supersedes_and_says_so(self, corrected: Desk) -> None:
        text = corrected.ask("济南信息技术服务2021年营收").text
        assert "为110亿元" in text
        assert "更正.xlsx" in text
        assert "第2版（更正）" in text

    def test_the_history_of_a_figure_can_be_asked(self, corrected: Desk) -> None:
        text = corrected.ask("济南信息技术服务2021年营收改过吗").text
        assert "改过1次" in text
        assert "100" in text

    def test_the_figure_as_known_on_a_day_can_be_asked(self, corrected: Desk) -> None:
        reply = corrected.ask("按2022年2月10日掌握的数据，济南信息技术服务2021年营收是多少")
        assert reply.reading.queries[0].as_known_on == date(2022, 2, 10)
        assert "为100亿元" in reply.text
        assert "2022-02-10" in reply.text

    def test_a_day_begins_and_ends_with_that_of_the_offices(self, desk_of) -> None:
        """七点半入库的更正，当天已知，前一天还不知道：服务器的时区不算数。"""
        desk = desk_of(figures(revenue_2021_4="100"))
        early = datetime(2022, 2, 19, 23, 30, tzinfo=UTC)
        filed(desk.database, figures(revenue_2021_4="110"), name="更正.xlsx", at=early)
        asked = "掌握的数据，济南信息技术服务2021年营收是多少"
        assert "为110亿元" in desk.ask(f"按2022年2月20日{asked}").text
        assert "为100亿元" in desk.ask(f"按2022年2月19日{asked}").text
        assert "2022-02-20" in desk.ask("济南信息技术服务2021年营收这个数从哪来的").text


class TestAccess:
    def test_what_is_not_published_is_denied_to_the_public(self, desk_of) -> None:
        reply = desk_of(figures(revenue_2021_4="123.45"), status="reported").ask("济南信息技术服务2021年营收")
        assert reply.status is Status.DENIED
        assert "123.45" not in reply.text
        assert not reply.figures

    def test_officials_read_it(self, desk_of) -> None:
        official = Principal(Role.OFFICIAL)
        reply = desk_of(figures(revenue_2021_4="123.45"), status="reported", principal=official).ask(
            "济南信息技术服务2021年营收"
        )
        assert "123.45亿元" in reply.text

    def test_officials_of_another_city_do_not(self, desk_of) -> None:
        other = Principal(Role.OFFICIAL, cities=frozenset({"青岛"}))
        reply = desk_of(figures(revenue_2021_4="123.45"), status="reported", principal=other).ask(
            "济南信息技术服务2021年营收"
        )
        assert reply.status is Status.DENIED

    def test_a_sum_leaves_hidden_figures_out_and_says_so(self, desk_of) -> None:
        desk = desk_of({(QINGDAO, "revenue", 2021, 4): Fraction(50)})
        filed(desk.database, figures(revenue_2021_4="123.45"), status="reported")
        text = desk.ask("2021年国家级集群营收合计").text
        assert "合计50亿元" in text
        assert "未公布而未计入：济南信息技术服务" in text
        assert "173.45" not in text


class TestSample:
    def test_sample_figures_are_marked_in_every_answer(self, desk_of) -> None:
        reply = desk_of(figures(revenue_2021_4="100"), status="sample").ask("济南信息技术服务2021年营收")
        assert "示例数据" in reply.text
        assert all(figure.sample for figure in reply.figures)

    def test_real_figures_replace_the_sample_altogether(self, desk_of) -> None:
        desk = desk_of(figures(revenue_2020_4="100"), status="sample")
        filed(desk.database, figures(revenue_2021_4="110"))
        assert desk.ask("济南信息技术服务2020年营收").status is Status.NOT_FOUND

    def test_a_first_report_in_the_place_of_the_sample_corrects_nothing(self, desk_of) -> None:
        desk = desk_of(figures(revenue_2021_4="100"), status="sample")
        filed(desk.database, figures(revenue_2021_4="110"))
        text = desk.ask("济南信息技术服务2021年营收改过吗").text
        assert "没有改过" in text
        assert "100" not in text


class TestProvincialClusters:
    def test_a_cluster_that_begins_to_report_joins_the_clusters(self, desk_of) -> None:
        held = figures(revenue_2021_4="100")
        held["rizhao-it-services", "revenue", 2021, 4] = Fraction(40)
        desk = desk_of(held)
        ranking = desk.ask("2021年各集群营收排名")
        assert [figure.cluster_name for figure in ranking.figures] == ["济南信息技术服务", "日照信息技术服务"]
        assert [option[:8] for option in desk.ask("信息技术服务集群2021年营收").reading.problem.options] == [
            "济南信息技术服务",
            "日照信息技术服务",
        ]

    def test_by_level_they_stay_apart(self, desk_of) -> None:
        held = figures(revenue_2021_4="100")
        held["rizhao-it-services", "revenue", 2021, 4] = Fraction(40)
        assert "日照" not in desk_of(held).ask("2021年国家级集群营收合计").text
        assert "40亿元" in desk_of(held).ask("2021年省级集群营收合计").text
