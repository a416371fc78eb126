from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from stats_tools.catalogue import IndicatorCatalogue, Nature
from stats_tools.database import Database
from stats_tools.definition_files import FOLDER, read_definition
from stats_tools.registry import Registry
from stats_tools.sample import Sample, load_sample
from stats_tools.versions import current_observations

SAMPLE = read_definition(FOLDER / "sample.yaml", Sample)


def test_the_sample_covers_every_national_cluster_indicator_and_quarter_once(
    registry: Registry, catalogue: IndicatorCatalogue
) -> None:
    keys = [observation.key for observation in SAMPLE.observations()]
    assert len(set(keys)) == len(keys) == 7 * 8 * 12
    assert {cluster for cluster, _, _ in keys} == {cluster.code for cluster in registry.at_level("national")}
    assert {indicator for _, indicator, _ in keys} == {indicator.code for indicator in catalogue.indicators}


def test_the_sample_is_the_same_every_time() -> None:
    assert list(SAMPLE.observations()) == list(SAMPLE.observations())
    values = {each.key: each.value for each in SAMPLE.observations()}
    assert values["jinan-it-services", "revenue", 2021 * 4 + 1] == Decimal("1033.79")


def test_sample_flows_are_cumulative_and_its_platforms_never_fall(catalogue: IndicatorCatalogue) -> None:
    values = {each.key: each.value for each in SAMPLE.observations()}
    for (cluster, indicator, index), value in values.items():
        before = values.get((cluster, indicator, index - 1))
        accumulates = catalogue.nature(indicator) is Nature.FLOW and index % 4 != 0
        if before is not None and indicator != "profit" and (accumulates or indicator.startswith("platforms")):
            assert value >= before


def test_the_sample_holds_a_fall_of_revenue_and_a_loss_making_quarter() -> None:
    values = {each.key: each.value for each in SAMPLE.observations()}
    year_2019, year_2020 = 2019 * 4 + 3, 2020 * 4 + 3
    zibo = "zibo-functional-materials"
    assert values[zibo, "revenue", year_2020] < values[zibo, "revenue", year_2019]
    assert values[zibo, "profit", 2020 * 4] < 0
    assert values["linyi-biomedicine", "profit", 2021 * 4 + 3] < values["linyi-biomedicine", "profit", 2021 * 4 + 2]


def test_the_sample_is_loaded_once_and_every_value_of_it_is_marked(database: Database, noon: datetime) -> None:
    assert load_sample(database, noon)
    assert not load_sample(database, noon)
    with database.reading() as connection:
        assert len(current_observations(connection, sample=True)) == 672
        assert current_observations(connection, sample=False) == {}
