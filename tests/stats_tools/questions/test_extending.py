"""A new indicator or alias is a line in a file: everything else follows from it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.definition_files import FOLDER
from stats_tools.observation_table import Observation
from stats_tools.operations.observations import Viewer
from stats_tools.operations.run import run_query
from stats_tools.operations.sources import Definitions, Sources
from stats_tools.periods import Period
from stats_tools.queries import ObservationReader
from stats_tools.recording import Filing, against_current, record
from stats_tools.registration import register
from stats_tools.understanding.entities import EntityReader
from stats_tools.understanding.reader import MetricReader
from tests.stats_tools.questions.asking import NOON, TODAY, opened

NEW_INDICATOR = """
  - code: exports
    name: 出口额
    header: 出口额
    aliases: [外销额]
    unit: 亿元
    nature: flow
    aggregation: sum
    decimals: 2
    may_be_negative: false
    whole: false
derived:
  - code: export_share
    name: 出口占比
    aliases: [外向度]
    formula: {kind: ratio, numerator: exports, denominator: revenue, scale: "100"}
    unit: "%"
    decimals: 2
"""


@pytest.fixture
def definitions(tmp_path: Path) -> Definitions:
    """The shipped definitions with one indicator and one derived indicator more."""
    shipped = Definitions.load()
    path = tmp_path / "indicators.yaml"
    path.write_text((FOLDER / "indicators.yaml").read_text("utf-8").replace("\nderived:\n", NEW_INDICATOR), "utf-8")
    catalogue = IndicatorCatalogue.load(path, shipped.units)
    return Definitions(catalogue, shipped.registry, shipped.targets, shipped.units, shipped.naming)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("青岛轨道交通2021年外销额", "25.5"),
        ("青岛轨道交通2021年出口额同比增长多少", "50"),
        ("2021年出口占比最高的集群", "2.55"),
        ("2021年外向度超过2%的有几个集群", "2.55"),
    ],
)
def test_a_new_indicator_is_asked_for_like_any_other(question: str, answer: str, definitions: Definitions) -> None:
    database = opened()
    register(database, definitions.registry, definitions.catalogue, definitions.targets)
    values = {("exports", 2020): "17", ("exports", 2021): "25.5", ("revenue", 2020): "900", ("revenue", 2021): "1000"}
    observations = [
        Observation("qingdao-rail-transit", indicator, Period(year, 4), Decimal(value))
        for (indicator, year), value in values.items()
    ]
    with database.writing(exclusive=True) as connection:
        found = against_current(connection, observations, "published")
        record(connection, Filing("a.csv", "0" * 64, "", "王统计", "published"), found, NOON)
    reader = MetricReader(
        definitions.catalogue, EntityReader(definitions.registry), definitions.targets, definitions.units
    )
    reading = reader.read(question, previous=None, latest=Period(2021, 4), today=date(2022, 3, 1))
    sources = Sources(definitions, ObservationReader(database, Viewer()))
    result = run_query(reading.queries[0], sources, TODAY)
    assert [figure.value for figure in result.figures] == [Decimal(answer)]
    database.close()
