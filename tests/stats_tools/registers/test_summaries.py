"""What digests and reports are told of the registers: by cluster and group, with the quarter before."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from stats_tools.database import Database
from stats_tools.importing.reverting import revert_import
from stats_tools.operations.observations import Viewer
from stats_tools.periods import Period
from stats_tools.registers.reference import RegisterReference
from stats_tools.registers.sample import load_register_sample
from stats_tools.registers.store import open_desk
from stats_tools.registers.summaries import (
    Count,
    Counts,
    Summary,
    enterprise_tiers,
    obstacles,
    open_needs,
    platform_counts,
    project_pipeline,
)
from tests.stats_tools.registers.conftest import NOON, OFFICIAL, PROJECT_HEADER, File, Open

Q3, Q4 = "重大项目储备库 2021Q3", "重大项目储备库 2021Q4"
YANTAI, LINYI = "烟台生物医药", "临沂生物医药"


def of(summary: Summary, cluster: str) -> Counts:
    return next(each for each in summary.clusters if each.cluster and each.cluster.short_name == cluster)


def project(
    name: str, stage: str, cluster: str = YANTAI, *, owner: str = "示例企业一", held_by: str = ""
) -> list[object]:
    return [name, cluster, owner, stage, 1.5, held_by]


def test_the_pipeline_is_counted_by_stage_with_its_change(file: File, desk: Open) -> None:
    file([PROJECT_HEADER, project("甲", "储备"), project("乙", "开工"), project("丙", "谋划", LINYI)], Q3)
    file(
        [
            PROJECT_HEADER,
            project("甲", "开工"),
            project("乙", "开工"),
            project("丁", "储备"),
            project("丙", "谋划", LINYI),
        ],
        Q4,
    )
    now = project_pipeline(desk())
    assert now.groups == ("竣工", "开工", "储备", "谋划")
    assert of(now, YANTAI).groups["开工"] == Count(2, 1)
    assert of(now, YANTAI).groups["储备"].change == 0
    assert now.total.total.change == 1
    assert now.coverage.period == Period(2021, 4)
    assert now.coverage.previous == Period(2021, 3)
    assert not now.coverage.sample
    assert len(now.coverage.without_rows) == 5
    before = project_pipeline(desk(), Period(2021, 3))
    assert of(before, YANTAI).groups["开工"] == Count(1, None)


def test_a_row_that_is_not_filed_anew_goes_on_standing_until_it_says_it_left(file: File, desk: Open) -> None:
    file([PROJECT_HEADER, project("甲", "储备"), project("乙", "开工")], Q3)
    file([PROJECT_HEADER, project("甲", "开工")], Q4)
    now = project_pipeline(desk())
    assert now.total.total.rows == 2
    assert now.coverage.carried == 1
    file([[*PROJECT_HEADER, "变动"], [*project("乙", "开工"), "退出"]], Q4)
    assert project_pipeline(desk()).total.total.rows == 1
    assert project_pipeline(desk(), Period(2021, 3)).total.total.rows == 2


def test_a_later_correction_of_an_earlier_quarter_leaves_the_later_one_as_it_was_filed(file: File, desk: Open) -> None:
    file([PROJECT_HEADER, project("甲", "储备")], Q3)
    file([PROJECT_HEADER, project("甲", "储备")], Q4)
    file([PROJECT_HEADER, project("甲", "谋划")], Q3)
    assert project_pipeline(desk(), Period(2021, 3)).total.groups["谋划"].rows == 1
    assert project_pipeline(desk()).total.groups["储备"].rows == 1


def test_what_was_known_on_a_day_can_be_asked(file: File, desk: Open) -> None:
    file([PROJECT_HEADER, project("甲", "储备")], Q4, datetime(2022, 1, 2, tzinfo=UTC))
    file([PROJECT_HEADER, project("甲", "开工")], Q4, datetime(2022, 1, 9, tzinfo=UTC))
    then = desk(Viewer(internal=True, as_known_on=date(2022, 1, 5)))
    assert project_pipeline(then).total.groups["储备"].rows == 1
    assert project_pipeline(desk()).total.groups["开工"].rows == 1
    assert project_pipeline(desk(Viewer(internal=True, as_known_on=date(2022, 1, 1)))).coverage.is_empty


def test_a_register_that_was_never_filed_is_empty_and_not_zero_of_something(desk: Open) -> None:
    summary = project_pipeline(desk())
    assert summary.coverage.is_empty
    assert summary.coverage.sources == ()


def test_needs_tiers_and_obstacles_are_summed_up(file: File, desk: Open) -> None:
    header = ["企业名称", "集群", "类别", "事项", "责任单位", "状态", "时限"]
    file(
        [
            header,
            ["示例企业一", YANTAI, "融资", "流动资金贷款", "示例局", "办理中", "2021-12-31"],
            ["示例企业二", YANTAI, "融资", "项目贷款", "示例局", "已办结", "2021-12-31"],
            ["示例企业三", LINYI, "用地", "扩建用地", "示例局", "待办", "2022-03"],
        ],
        "一企一策 2021Q4",
    )
    file(
        [["企业名称", "集群", "营收（万元）"], ["示例企业一", YANTAI, 10000000], ["示例企业二", LINYI, 10000001]],
        "重点企业库 2021Q4",
    )
    file([PROJECT_HEADER, project("甲", "储备", held_by="用地指标、煤耗"), project("乙", "谋划", held_by="土地")], Q4)
    needs = open_needs(desk())
    assert (needs.open.rows, needs.overdue.rows) == (2, 1)
    assert needs.by_kind["融资"].rows == 1
    assert [(need.firm, need.overdue) for need in needs.needs] == [("示例企业一", True), ("示例企业三", False)]
    tiers = enterprise_tiers(desk()).total.groups
    assert (tiers["1000亿元以上"].rows, tiers["500—1000亿元"].rows) == (1, 1)
    held = obstacles(desk())
    assert {name: count.rows for name, count in held.by_obstacle.items()} == {"土地": 2, "环境容量": 0, "能耗": 1}
    assert held.projects[0].investment == Decimal("1.5")


def test_a_viewer_who_may_not_see_rows_is_told_no_small_counts_and_no_history(file: File, desk: Open) -> None:
    rows = [project(f"项目{number}", "储备", owner=f"示例企业{number}") for number in range(4)]
    file([PROJECT_HEADER, *rows, project("孤", "开工", LINYI)], Q3)
    file([PROJECT_HEADER, *rows, project("孤", "开工", LINYI)], Q4)
    public = project_pipeline(desk(Viewer()))
    assert of(public, LINYI).total.rows is None
    assert of(public, YANTAI).total.rows is None, "it would give the other away by the total"
    assert public.total.total == Count(5, None)
    assert public.coverage.without_rows == ()
    own = project_pipeline(desk(Viewer(internal=True, cities=frozenset({"临沂"}))))
    assert of(own, LINYI).groups["开工"] == Count(1, 1)
    assert of(own, YANTAI).total.rows == 4


def test_the_sample_is_marked_and_gives_way_register_by_register(
    database: Database, registers: RegisterReference, file: File, desk: Open
) -> None:
    assert load_register_sample(database, registers, NOON)
    assert not load_register_sample(database, registers, NOON)
    assert project_pipeline(desk()).coverage.sample
    assert platform_counts(desk()).total.total.rows
    receipt = file([PROJECT_HEADER, project("甲", "储备")], Q4)
    assert receipt.sample_closed > 0
    assert project_pipeline(desk()).total.total == Count(1, None)
    assert not project_pipeline(desk()).coverage.sample
    assert platform_counts(desk()).coverage.sample
    assert receipt.import_id is not None
    revert_import(database, receipt.import_id, "测试", NOON)
    assert project_pipeline(desk()).coverage.sample
    assert project_pipeline(desk()).total.total.rows > 1


def test_the_sample_stays_out_of_a_database_with_reports(
    database: Database, registers: RegisterReference, file: File, desk: Open
) -> None:
    file([PROJECT_HEADER, project("甲", "储备")], Q4)
    assert not load_register_sample(database, registers, NOON)
    assert platform_counts(desk()).coverage.is_empty


def test_no_name_in_the_sample_could_be_a_real_firm(database: Database, registers: RegisterReference) -> None:
    load_register_sample(database, registers, NOON)
    desk = open_desk(database, registers.registers, registers.registry, NOON.date(), OFFICIAL)
    for definition in registers.registers:
        rows = desk.view(definition.code).rows
        assert rows
        for code in {definition.label, *([definition.firm] if definition.firm else [])}:
            assert all(entry.text(code).startswith("示例") for entry in rows)


def test_reverting_brings_back_the_rows_that_an_import_replaced(database: Database, file: File, desk: Open) -> None:
    file([PROJECT_HEADER, project("甲", "储备")], Q4)
    receipt = file([PROJECT_HEADER, project("甲", "开工"), project("乙", "谋划")], Q4)
    assert receipt.import_id is not None
    undone = revert_import(database, receipt.import_id, "测试", NOON)
    assert (undone.withdrawn, undone.restored, undone.sample_restored) == (2, 1, 0)
    total = project_pipeline(desk()).total
    assert (total.total.rows, total.groups["储备"].rows) == (1, 1)
