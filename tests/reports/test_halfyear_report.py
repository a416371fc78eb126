"""The half-yearly summary: a document laid out as an official one, saying who is missing and where figures are from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as WordFile
from docx.oxml.ns import qn

from knowledge.catalogue import FolderLibrary
from prompts import Wording
from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.operations.observations import Viewer
from stats_tools.operations.sources import Definitions
from stats_tools.registers.reference import RegisterReference
from stats_tools.registers.sample import load_register_sample
from stats_tools.reports.halfyear import HalfYear
from stats_tools.reports.reported import NoFiguresError
from tests.reports.conftest import INSIDE, TODAY, Office, OfficeOf
from tests.stats_tools.questions.asking import filed, opened
from tests.stats_tools.questions.figures import Rows, rows

H1 = HalfYear(2021, 1)


def written(office: Office, path: Path, half: HalfYear = H1, viewer: Viewer = INSIDE) -> WordFile:
    office.halfyear.write(half, viewer, TODAY, path)
    return Document(str(path))


def text_of(document: WordFile) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordFile]:
    """The document of the province in which one cluster did not report; only read."""
    folder = tmp_path_factory.mktemp("document")
    database = opened()
    filed(database, rows())
    yield written(Office(database, Definitions.load(), Wording.load(), folder), folder / "汇总.docx")
    database.close()


def test_it_has_the_parts_of_the_summary_in_order(document: WordFile) -> None:
    headings = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert [heading[0] for heading in headings] == list("一二三四五六七八")
    assert document.paragraphs[0].style is not None
    assert document.paragraphs[0].style.name == "Title"
    clusters = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Heading 2"]
    assert len(clusters) == 6
    assert clusters[0] == "（一）济南市信息技术服务产业集群"


def test_it_says_who_is_missing_and_names_the_gap(document: WordFile) -> None:
    text = text_of(document)
    assert "应报7个集群，已报6个（6/7），未报1个：临沂生物医药" in text
    assert "临沂生物医药2021年二季度缺" in text
    assert "数据缺口" in text
    assert "province.xlsx" in text
    assert "数据截至2022年2月1日入库，2022年3月1日生成" in text


def test_the_gaps_name_whose_report_was_late_and_whose_is_overdue(tmp_path: Path) -> None:
    database = opened()
    held = {key: value for key, value in rows().items() if key[2:] <= (2021, 2)}
    filed(
        database, {k: v for k, v in held.items() if k[0] != "yantai-biomedicine"}, at=datetime(2021, 7, 10, tzinfo=UTC)
    )
    filed(
        database, {k: v for k, v in held.items() if k[0] == "yantai-biomedicine"}, at=datetime(2021, 7, 20, tzinfo=UTC)
    )
    text = text_of(written(Office(database, Definitions.load(), Wording.load(), tmp_path), tmp_path / "汇总.docx"))
    database.close()
    gaps = text[text.index("八、数据来源和说明") :]
    due = "2021年二季度季报2021年7月15日18时截止"
    assert f"烟台生物医药{due}，2021年7月20日首次入库（导入#2），迟报5天。" in gaps
    assert f"临沂生物医药{due}，逾期229天仍未报送。" in gaps
    assert "更正已报的数不算迟报" in gaps


def test_each_cluster_has_a_table_of_all_indicators_with_value_and_growth(document: WordFile, held: Rows) -> None:
    catalogue = IndicatorCatalogue.load()
    now, before = (held["jinan-it-services", "revenue", year, 2] for year in (2021, 2020))
    # The first table is the total, the second the first cluster's.
    rows = {row.cells[0].text: [cell.text for cell in row.cells] for row in document.tables[1].rows[1:]}
    assert list(rows) == [each.name for each in catalogue.everything]
    assert rows["主营业务收入"][1:3] == ["亿元", "累计"]
    assert float(rows["主营业务收入"][3]) == pytest.approx(float(now), abs=0.005)
    growth = (now - before) * 100 / before
    assert float(rows["主营业务收入"][4].rstrip("%")) == pytest.approx(float(growth), abs=0.005)


def test_it_is_laid_out_as_an_official_document(document: WordFile) -> None:
    section = document.sections[0]
    assert [round(m.mm) for m in (section.page_width, section.page_height) if m is not None] == [210, 297]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(m.mm) for m in margins if m is not None] == [37, 35, 28, 26]
    fonts = {
        name: document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Title", "Normal", "Heading 1", "Heading 2")
    }
    assert fonts == {"Title": "方正小标宋简体", "Normal": "仿宋", "Heading 1": "黑体", "Heading 2": "楷体"}
    for foot in (section.footer, section.even_page_footer):
        assert 'w:instr="PAGE"' in foot._element.xml
    captions = [p for p in document.paragraphs if p.style is not None and p.style.name == "Caption"]
    tables = [p for p in captions if "SEQ 表" in p._p.xml]
    assert len(tables) == len(document.tables)
    assert len(captions) - len(tables) == len(document.inline_shapes) == 2
    for table in document.tables:
        assert table.rows[0]._tr.trPr is not None
        assert "w:tblHeader" in table.rows[0]._tr.trPr.xml


def test_every_font_has_a_free_stand_in(document: WordFile) -> None:
    part = next(r.target_part for r in document.part.rels.values() if r.reltype.endswith("/fontTable"))
    table = part.blob.decode()
    assert table.count("<w:altName ") == 5
    assert "Noto Serif CJK SC" in table


def test_it_quotes_the_plan_word_by_word(document: WordFile, tmp_path: Path) -> None:
    plan = FolderLibrary(added=tmp_path).document("plan-2020-194")
    assert plan is not None
    quoted = [part.partition("”")[0] for part in text_of(document).split("“")[1:]]
    of_plan = [part for part in quoted if len(part) > 25]
    assert len(of_plan) >= 5
    assert all(part in plan.text for part in of_plan)


def test_what_is_conspicuous_is_told_with_both_figures(office_of: OfficeOf, held: Rows, tmp_path: Path) -> None:
    held["jinan-it-services", "employment", 2021, 1] = Fraction(100_000)
    held["jinan-it-services", "employment", 2021, 2] = Fraction(50_000)
    text = text_of(written(office_of(held), tmp_path / "汇总.docx"))
    assert "济南信息技术服务2021年二季度末就业人数（期末）环比下降50.00%，降幅超过关注线8.00%" in text
    assert "由2021年一季度末的100000人降至50000人" in text


def test_the_second_half_tells_the_whole_year(office_of: OfficeOf, held: Rows, tmp_path: Path) -> None:
    text = text_of(written(office_of(held), tmp_path / "汇总.docx", HalfYear(2021, 2)))
    assert "2021年全年发展情况汇总" in text
    assert "已全部报送（7/7）" in text


def test_what_a_viewer_may_not_read_is_named_and_not_told(office_of: OfficeOf, held: Rows, tmp_path: Path) -> None:
    office = office_of(held, status="reported")
    seen = Viewer(internal=True, cities=frozenset({"济南"}))
    text = text_of(written(office, tmp_path / "济南.docx", viewer=seen))
    assert "青岛节能环保2021年二季度主营业务收入" in text
    assert "已填报但未公布" in text
    assert f"{float(held['qingdao-energy-saving', 'revenue', 2021, 2]):.2f}" not in text
    with pytest.raises(NoFiguresError) as error:
        written(office, tmp_path / "公众.docx", viewer=Viewer())
    assert error.value.hidden
    assert not (tmp_path / "公众.docx").exists()


def test_without_figures_nothing_is_written_and_the_periods_there_are_are_named(
    office_of: OfficeOf, held: Rows, tmp_path: Path
) -> None:
    with pytest.raises(NoFiguresError) as error:
        written(office_of(held), tmp_path / "汇总.docx", HalfYear(2030, 1))
    assert [str(end) for end in error.value.extent or ()] == ["2019Q1", "2021Q4"]
    assert not (tmp_path / "汇总.docx").exists()


@pytest.mark.parametrize("code", ["2021H3", "2021", "H1", "2021Q2", "1889H1", "2021H1x", "２０２１H1", ""])
def test_what_is_no_half_year_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=r"half year|quarter"):
        HalfYear.parse(code)


def test_a_half_year_is_read_and_written_alike() -> None:
    assert str(HalfYear.parse(" 2021h2 ")) == "2021H2"
    assert HalfYear.ending(HalfYear.parse("2021H2").period) == HalfYear(2021, 2)


def test_registers_are_told_by_cluster_where_they_are_of_the_same_kind(
    office_of: OfficeOf, held: Rows, tmp_path: Path
) -> None:
    at = datetime(2022, 2, 1, tzinfo=UTC)
    sample = office_of(held, status="sample")
    load_register_sample(sample.database, RegisterReference.load(), at)
    document = written(sample, tmp_path / "示例.docx", HalfYear(2021, 2))
    table = next(t for t in document.tables if "竣工" in [cell.text for cell in t.rows[0].cells])
    assert [cell.text for cell in table.rows[-1].cells] == ["合计", "7", "14", "13", "7", "41"]
    assert "受要素制约的项目" in text_of(document)
    real = office_of(held)
    load_register_sample(real.database, RegisterReference.load(), at)
    text = text_of(written(real, tmp_path / "真实.docx", HalfYear(2021, 2)))
    assert "数据缺口：重大项目储备库" in text
    assert "示例" not in text
