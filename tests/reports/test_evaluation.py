"""The annual evaluation: exact scores from the weights file, an honest ranking, and a workbook that computes itself."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import load_workbook

from knowledge.catalogue import FolderLibrary
from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.definition_files import FOLDER, DefinitionError
from stats_tools.reports.evaluation import Evaluated, Evaluation, evaluate, scaled
from stats_tools.reports.evaluation_rules import EvaluationRules, Sensitivity
from stats_tools.reports.rank_ranges import rank_ranges
from stats_tools.reports.reported import NoFiguresError
from tests.reports.conftest import INSIDE, TODAY, Office, OfficeOf
from tests.stats_tools.questions.figures import NATIONAL, Rows


def rules(office: Office) -> EvaluationRules:
    return EvaluationRules.load(office.definitions.catalogue)


def evaluation(office: Office, year: int = 2021) -> Evaluation:
    return evaluate(office.sources(), year, rules(office))


def by_code(found: Evaluation) -> dict[str, Evaluated]:
    return {each.cluster.code: each for each in found.clusters}


def expected_totals(held: Rows) -> dict[str, Fraction]:
    """The totals by plain arithmetic over the rows, with the weights as the file ships them."""

    def of(code: str, indicator: str, year: int = 2021) -> Fraction:
        return held[code, indicator, year, 4]

    def grown(code: str, indicator: str) -> Fraction:
        return (of(code, indicator) - of(code, indicator, 2020)) * 100 / of(code, indicator, 2020)

    parts = {
        "industry": [(2, lambda c: of(c, "revenue")), (1, lambda c: grown(c, "revenue"))],
        "enterprises": [
            (1, lambda c: of(c, "profit") / of(c, "revenue")),
            (1, lambda c: of(c, "profit")),
            (1, lambda c: of(c, "new_enterprises")),
        ],
        "employment": [(1, lambda c: of(c, "employment")), (1, lambda c: grown(c, "employment"))],
        "innovation": [
            (1, lambda c: of(c, "rd_spending") / of(c, "revenue")),
            (1, lambda c: of(c, "researchers") / of(c, "employment")),
            (1, lambda c: of(c, "platforms_provincial") + of(c, "platforms_national")),
        ],
    }
    totals = dict.fromkeys(NATIONAL, Fraction(0))
    for scored in parts.values():
        whole = sum(weight for weight, _ in scored)
        for weight, measure in scored:
            values = {code: measure(code) for code in NATIONAL}
            low, high = min(values.values()), max(values.values())
            for code, value in values.items():
                totals[code] += (value - low) * 100 / (high - low) * weight / whole / 4
    return totals


def test_totals_and_ranks_are_those_of_plain_arithmetic(office_of: OfficeOf, held: Rows) -> None:
    found = evaluation(office_of(held))
    totals = expected_totals(held)
    for code, each in by_code(found).items():
        assert each.total is not None
        exact = Decimal(totals[code].numerator) / Decimal(totals[code].denominator)
        assert abs(each.total - exact) < Decimal("1e-9")
        assert each.rank == 1 + sum(other > totals[code] for other in totals.values())
    assert [each.rank for each in found.ranked] == sorted(each.rank or 0 for each in found.ranked)


def test_every_basis_is_a_quotation_from_the_plan(office_of: OfficeOf, tmp_path: Path) -> None:
    office = office_of()
    document = FolderLibrary(added=tmp_path).document(rules(office).doc_id)
    assert document is not None
    assert all(quotation in document.text for quotation in rules(office).quotations)


def test_a_cluster_that_lacks_an_input_is_not_ranked_and_named(office_of: OfficeOf, held: Rows) -> None:
    del held["zibo-functional-materials", "rd_spending", 2021, 4]
    found = evaluation(office_of(held))
    zibo = by_code(found)["zibo-functional-materials"]
    assert (zibo.rank, zibo.total, zibo.ranks, zibo.is_candidate) == (None, None, None, False)
    assert found.clusters[-1] is zibo
    assert len(found.ranked) == 6
    assert [(each.cluster, each.indicators) for each in found.missing] == [("淄博新型功能材料", ("研发投入",))]
    assert "indicators-missing" in {signal.code for signal in zibo.signals}


def test_where_all_are_alike_everybody_stands_in_the_middle() -> None:
    assert scaled(Decimal(3), [Decimal(3), Decimal(3)]) == 50
    assert [scaled(Decimal(v), [Decimal(1), Decimal(3)]) for v in (1, 2, 3)] == [0, 50, 100]


def test_ranks_move_with_the_weights_and_do_so_alike_every_time(office_of: OfficeOf, held: Rows) -> None:
    office = office_of(held)
    first, again = evaluation(office), evaluation(office)
    assert [each.ranks for each in first.clusters] == [each.ranks for each in again.clusters]
    for each in first.ranked:
        assert each.ranks is not None
        assert each.rank is not None
        assert len(each.ranks.moved) == 2 * len(first.rules.dimensions)
        assert each.ranks.best <= each.rank <= each.ranks.worst
        assert 0 < each.ranks.usual <= 1


def test_a_close_race_shows_as_a_range_of_ranks_and_a_clear_one_does_not() -> None:
    weights = {"industry": Decimal(25), "innovation": Decimal(25)}
    scores = [
        {"industry": Decimal(60), "innovation": Decimal(40)},
        {"industry": Decimal(40), "innovation": Decimal("60.1")},
        {"industry": Decimal(5), "innovation": Decimal(5)},
    ]
    first, second, last = rank_ranges(scores, weights, Sensitivity(percent=Decimal(20), draws=500, seed=1))
    assert (first.best, first.worst) == (second.best, second.worst) == (1, 2)
    assert first.moved["industry", Decimal(20)] == 1
    assert second.moved["industry", Decimal(20)] == 2
    assert 0 < second.usual < 1
    assert (last.best, last.worst, last.usual) == (3, 3, 1)


def test_signals_are_computed_and_keep_a_cluster_from_being_proposed(office_of: OfficeOf, held: Rows) -> None:
    best = evaluation(office_of(held)).ranked[0].cluster.code
    held[best, "revenue", 2021, 4] = held[best, "revenue", 2020, 4] - 1
    for indicator in ("revenue", "profit", "new_enterprises", "rd_spending", "employment", "researchers"):
        held.pop((best, indicator, 2021, 1), None)
    for indicator in ("platforms_provincial", "platforms_national"):
        held.pop((best, indicator, 2021, 1), None)
    each = by_code(evaluation(office_of(held)))[best]
    signals = {signal.code: signal for signal in each.signals}
    assert signals["quarters-missing"].named == ("2021年一季度",)
    assert signals["revenue-falls"].amount is not None
    assert signals["revenue-falls"].amount.value < 0
    assert not each.is_candidate


def test_a_year_without_its_fourth_quarter_is_refused_with_what_there_is(office_of: OfficeOf, held: Rows) -> None:
    with pytest.raises(NoFiguresError) as error:
        evaluation(office_of(held), 2030)
    assert [str(end) for end in error.value.extent or ()] == ["2019Q1", "2021Q4"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("indicator: revenue, measure: level", "indicator: exports, measure: level"), ('weight: "25"', 'weight: "-1"')],
)
def test_a_wrong_weights_file_is_refused(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "evaluation.yaml"
    path.write_text((FOLDER / "evaluation.yaml").read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(DefinitionError):
        EvaluationRules.load(IndicatorCatalogue.load(), path)


def test_the_workbook_holds_scores_as_formulas_inputs_with_cells_and_no_foreign_formula(
    office_of: OfficeOf, held: Rows, tmp_path: Path
) -> None:
    office = office_of(held, name="=HYPERLINK(1).xlsx")
    path = tmp_path / "评估.xlsx"
    told = office.evaluation.write(2021, INSIDE, TODAY, path)
    formulas, values = load_workbook(path), load_workbook(path, data_only=True)
    assert formulas.sheetnames[:3] == ["评估结果", "指标得分", "权重"]
    results = {row[1].value: row for row in values["评估结果"].iter_rows(min_row=5)}
    for each in told.ranked:
        row = results[each.cluster.name]
        assert row[0].value == each.rank
        assert each.total is not None
        assert row[2].value == pytest.approx(float(each.total))
    assert str(formulas["评估结果"]["C5"].value).startswith("=D5*'权重'!$C$5")
    assert str(formulas["评估结果"]["A5"].value).startswith("=RANK(C5")
    sources = list(values["数据来源"].iter_rows(min_row=2, values_only=True))
    assert len(sources) == len(told.observations)
    assert {row[8] for row in sources} == {"'=HYPERLINK(1).xlsx"}
    assert {row[10] for row in sources} == {"C3"}
    foreign = [c.value for s in formulas for row in s.iter_rows() for c in row if "HYPERLINK" in str(c.value)]
    assert not [text for text in foreign if str(text).startswith("=")]


def test_weights_in_the_workbook_are_the_office_s_own_and_say_so(
    office_of: OfficeOf, held: Rows, tmp_path: Path
) -> None:
    office = office_of(held)
    office.evaluation.write(2021, INSIDE, TODAY, tmp_path / "评估.xlsx")
    sheet = load_workbook(tmp_path / "评估.xlsx")["权重"]
    text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert "没有规定权重" in text
    assert "本办设定" in text


def test_every_sheet_reads_without_scrolling_for_its_head_or_its_notes(
    office_of: OfficeOf, held: Rows, tmp_path: Path
) -> None:
    path = tmp_path / "评估.xlsx"
    office_of(held).evaluation.write(2021, INSIDE, TODAY, path)
    book = load_workbook(path)
    for name, head in (("评估结果", "名次"), ("敏感性", "集群"), ("退出关注", "集群"), ("推广候选", "集群")):
        sheet = book[name]
        row = next(row[0].row for row in sheet.iter_rows() if row[0].value == head)
        assert sheet.freeze_panes is not None
        assert sheet[sheet.freeze_panes].row == row + 1
    for sheet in book:
        last = sheet.max_column
        alone = [row[0] for row in sheet.iter_rows() if row[0].value and not any(cell.value for cell in row[1:])]
        merged = {block.min_row for block in sheet.merged_cells.ranges if block.max_col == last}
        assert last == 1 or {cell.row for cell in alone if not cell.border.left.style} <= merged
        assert all(cell.alignment.wrap_text for cell in alone)
        assert all(sheet.row_dimensions[number].height >= 20 for number in range(1, sheet.max_row + 1))
