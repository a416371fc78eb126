from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from knowledge.folding import fold
from stats_tools.catalogue import IndicatorCatalogue, Nature
from stats_tools.definition_files import FOLDER, DefinitionError
from stats_tools.registry import Registry
from stats_tools.targets import Targets
from stats_tools.units import UnitTable

PLAN = Path(__file__).parents[3] / "knowledge" / "documents" / "plan-2020-194.md"

HEADINGS_OF_THE_QUARTERLY_REPORT = [
    ("revenue", "主营业务收入（亿元）", Nature.FLOW),
    ("profit", "利润（亿元）", Nature.FLOW),
    ("new_enterprises", "新增企业数（家）", Nature.FLOW),
    ("employment", "就业人数（人）", Nature.STOCK),
    ("researchers", "科研人员数量（人）", Nature.STOCK),
    ("rd_spending", "研发投入（亿元）", Nature.FLOW),
    ("platforms_provincial", "省级科技平台数量（个）", Nature.STOCK),
    ("platforms_national", "国家级科技平台数量（个）", Nature.STOCK),
]


@pytest.mark.parametrize(("code", "heading", "nature"), HEADINGS_OF_THE_QUARTERLY_REPORT)
def test_the_catalogue_holds_the_indicators_of_the_quarterly_report(
    catalogue: IndicatorCatalogue, code: str, heading: str, nature: Nature
) -> None:
    assert catalogue.reported(code).heading == heading
    assert catalogue.reported(code).nature is nature


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("营收", "revenue"),
        ("營業收入", "revenue"),
        ("Ｒ＆Ｄ 经费", "rd_spending"),
        ("从业人员", "employment"),
        ("研发人员", "researchers"),
        ("Profit", "profit"),
        ("省级平台", "platforms_provincial"),
    ],
)
def test_an_indicator_is_found_by_alias_in_any_script_width_and_case(
    catalogue: IndicatorCatalogue, word: str, code: str
) -> None:
    found = catalogue.find_reported(word)
    assert found is not None
    assert found.code == code


def test_output_value_is_not_revenue(catalogue: IndicatorCatalogue) -> None:
    assert catalogue.find_reported("产值") is None


def test_a_ratio_of_a_flow_and_a_stock_is_read_as_a_flow(catalogue: IndicatorCatalogue) -> None:
    assert catalogue.nature("revenue_per_employee") is Nature.FLOW
    assert catalogue.nature("researcher_share") is Nature.STOCK


def _with(text: str, tmp_path: Path) -> Path:
    path = tmp_path / "indicators.yaml"
    path.write_text(
        (FOLDER / "indicators.yaml").read_text(encoding="utf-8").replace(*text.split("=>")), encoding="utf-8"
    )
    return path


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("- 营收\n=>- 利润\n", "more than one indicator"),
        ("unit: 家=>unit: 头", "no such unit"),
        ("numerator: rd_spending=>numerator: patents", "not reported"),
        ("nature: flow=>nature: river", "indicators.yaml"),
        ("indicators:=>indicators: [", "indicators.yaml"),
    ],
)
def test_a_wrong_catalogue_is_refused_when_it_is_loaded(change: str, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=complaint):
        IndicatorCatalogue.load(_with(change, tmp_path))


def test_units_convert_exactly_within_their_dimension_only() -> None:
    units = UnitTable.load()
    assert units.factor("万元", "亿元") == Decimal("0.0001")
    assert units.factor("万人", "人") == 10_000
    assert units.factor("户", "家") == 1
    assert units.factor("亿元", "人") is None
    assert units.find("光年") is None


def test_the_register_holds_seven_national_and_twenty_one_known_provincial_clusters(registry: Registry) -> None:
    assert [cluster.short_name for cluster in registry.at_level("national")] == [
        "济南信息技术服务",
        "青岛轨道交通装备",
        "青岛节能环保",
        "淄博新型功能材料",
        "烟台先进结构材料",
        "烟台生物医药",
        "临沂生物医药",
    ]
    assert [(batch.batch, len(batch.clusters), batch.names_unknown) for batch in registry.batches[1:]] == [
        ("省级第一批", 12, 0),
        ("省级第二批", 9, 4),
        ("省级第三批", 0, 10),
    ]


def test_every_registered_batch_names_its_source(registry: Registry) -> None:
    assert all(batch.source.startswith("http") and batch.source_date for batch in registry.batches)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("烟台市生物医药产业集群", "yantai-biomedicine"),
        ("烟台生物医药", "yantai-biomedicine"),
        ("烟台市生物医药", "yantai-biomedicine"),
        ("烟台生物医药集群", "yantai-biomedicine"),
        ("烟臺市生物醫藥產業集群", "yantai-biomedicine"),
        (" 烟台 生物医药 产业集群 ", "yantai-biomedicine"),
        ("山东省烟台市国家级生物医药产业集群", "yantai-biomedicine"),
        ("青岛轨道交通", "qingdao-rail-transit"),
        ("青岛轨交装备", "qingdao-rail-transit"),
        ("青島軌道交通裝備", "qingdao-rail-transit"),
        ("轨道交通装备产业集群", "qingdao-rail-transit"),
        ("济南市市中区能源互联网产业集群", "jinan-energy-internet"),
        ("Jinan IT services cluster", "jinan-it-services"),
    ],
)
def test_a_cluster_is_known_by_name_alias_or_unambiguous_shortening(
    registry: Registry, written: str, code: str
) -> None:
    match = registry.names.resolve(written)
    assert match.cluster is not None
    assert match.cluster.code == code


def test_every_name_in_the_register_means_its_own_cluster(registry: Registry) -> None:
    for cluster in registry.clusters:
        for name in (cluster.name, cluster.short_name, *cluster.aliases):
            assert registry.names.resolve(name).cluster == cluster


def test_a_name_that_fits_several_clusters_is_ambiguous_and_lists_them(registry: Registry) -> None:
    match = registry.names.resolve("烟台")
    assert match.cluster is None
    assert match.ambiguous
    assert {cluster.city for cluster in match.candidates} == {"烟台"}


def test_an_unknown_name_is_nobody_and_the_nearest_are_offered(registry: Registry) -> None:
    match = registry.names.resolve("德州太阳能集群")
    assert match.cluster is None
    assert not match.ambiguous
    assert [cluster.city for cluster in match.candidates] == ["德州"]
    assert registry.names.resolve("").candidates == ()


def test_every_target_quotes_the_plan_verbatim() -> None:
    plan = PLAN.read_text(encoding="utf-8")
    for target in Targets.load():
        assert target.doc_id == "plan-2020-194"
        assert target.quote in plan


def test_the_targets_are_those_of_the_plan() -> None:
    assert {target.code: (target.count, target.unit, target.approximate) for target in Targets.load()} == {
        "national-clusters-over-2000": (2, "个", False),
        "national-clusters-over-1000": (4, "个", False),
        "platforms-provincial-added": (70, "家", True),
        "platforms-national-added": (10, "家", True),
        "provincial-clusters-recognised": (15, "个", True),
        "intelligent-manufacturing-national": (None, "", True),
        "enterprises-over-1000": (2, "家", False),
        "enterprises-500-to-1000": (4, "家", False),
        "enterprises-100-to-500": (8, "家", False),
        "enterprise-library": (50, "家", True),
        "projects-per-cluster": (20, "个", True),
    }
    assert {str(target.due_period) for target in Targets.load()} == {"2021Q4"}


def test_targets_measured_here_refer_to_reported_indicators(catalogue: IndicatorCatalogue) -> None:
    measured = {target.measure.kind: target for target in Targets.load()}
    assert set(measured) == {"count_clusters_over", "increase_over_baseline", "count_registered", "not_measured_here"}
    for target in Targets.load():
        if (code := getattr(target.measure, "indicator", None)) is not None:
            assert catalogue.reported(code)


def test_names_are_compared_as_the_rest_of_the_product_compares_text(registry: Registry) -> None:
    assert registry.names.key("烟臺市 生物醫藥") == fold("烟台生物医药")
