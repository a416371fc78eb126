"""A firm's facts out of its own words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.eligibility.extraction import FactReader
from bot.assistant.eligibility.profile import Tongue


@pytest.fixture(scope="module")
def reader(tongue: Tongue) -> FactReader:
    return FactReader(tongue)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "我们是烟台一家做抗体药的企业，营收一亿二，研发投入900万，能享受什么支持？",
            {"city": "烟台", "sector": "生物医药", "revenue": "1.2亿元", "rd_spending": "900万元"},
        ),
        (
            "营收1.5亿、近两年复合增速 16%、研发 2.6%",
            {"revenue": "1.5亿元", "revenue_growth": "16%", "rd_share": "2.6%"},
        ),
        (
            "成立五年，没上市，负债率61%，3件发明专利",
            {"years": "5年", "listed": "未上市", "liability_ratio": "61%", "inventions": "3件"},
        ),
        ("200名员工60名研发人员", {"employees": "200人", "rd_staff": "60人"}),
        ("我们有40个研发人员", {"rd_staff": "40人"}),
        ("研发人员手上有40个发明专利", {"inventions": "40件"}),
        ("2019年成立的", {"founded": "2019年"}),
        ("2019年3月注册", {"founded": "2019年"}),
        ("研发投入占营收6%", {"rd_share": "6%"}),
        ("营收说错了，是2亿", {"revenue": "2亿元"}),
        ("2000万营收", {"revenue": "2000万元"}),
        ("营收下降5%", {"revenue_growth": "-5%"}),
        ("注册资本5000万", {}),
        ("营收不清楚，注册资本5000万", {}),
        ("軌道交通裝備，青島", {"city": "青岛", "sector": "轨道交通装备"}),
        ("我们在海阳做火箭零部件", {"city": "烟台", "sector": "航空航天"}),
        ("项目总投资10亿元", {"project_investment": "10亿元", "project": "有"}),
        ("扩产项目缺能耗指标", {"project": "有", "constraint": "受限"}),
        ("资产负债率 78% 的 AA+ 企业", {"liability_ratio": "78%", "rating": "AA+"}),
        ("主体评级AAA", {"rating": "AAA"}),
        (
            "We are an antibody drug company in Yantai with revenue of 120 million yuan, founded in 2019",
            {"city": "烟台", "sector": "生物医药", "revenue": "1.2亿元", "founded": "2019年"},
        ),
        ("建设项目：有", {"project": "有"}),
        ("营业收入（万元）：12000", {"revenue": "1.2亿元"}),
        ("收入：120,000,000元；研发：9,000,000元", {"revenue": "1.2亿元", "rd_spending": "900万元"}),
        ("营收1亿-2亿之间", {"revenue": "1亿元至2亿元"}),
        ("营收不到一个亿，大概九千多万", {"revenue": "超过9000万元"}),
        ("研发费用1200万，占营收的8%", {"rd_spending": "1200万元", "rd_share": "8%"}),
        ("研发人员85人，占比26.6%", {"rd_staff": "85人"}),
        ("实用新型30项，软著5项", {"utility_models": "35件"}),
        ("拥有2项发明专利和6项软件著作权", {"inventions": "2件", "utility_models": "6件"}),
        ("营收翻了一番", {}),
        ("母公司是上市公司", {"listed": "上市公司控股"}),
        ("不是上市公司", {"listed": "未上市"}),
        ("计划三年内上市", {}),
        ("行业：碳纤维和复合材料", {"sector": "碳纤维和复合材料"}),
        (
            "近三年平均可分配利润8000万，一年利息5000万",
            {"distributable_profit": "8000万元", "annual_interest": "5000万元"},
        ),
        ("烟台生物医药2021年营收是多少", {"city": "烟台", "sector": "生物医药"}),
    ],
)
def test_facts_are_found_with_their_owners(reader: FactReader, said: str, told: dict[str, str]) -> None:
    assert reader.read(said).told == told


@pytest.mark.parametrize(
    ("product", "sector"),
    [
        ("抗体药", "生物医药"),
        ("动车组部件", "轨道交通装备"),
        ("工业软件", "信息技术服务"),
        ("碳纤维", "碳纤维和复合材料"),
        ("污水处理设备", "节能环保"),
        ("轴承", "关键基础零部件"),
        ("氟硅材料", "新型功能材料"),
        ("芯片", "集成电路"),
        ("白酒", "消费品制造"),
    ],
)
def test_products_belong_to_sectors(reader: FactReader, product: str, sector: str) -> None:
    assert reader.read(f"我们是做{product}的").told["sector"] == sector


def test_a_bare_value_answers_what_was_asked(reader: FactReader) -> None:
    assert reader.read("60%", ["liability_ratio"]).told == {"liability_ratio": "60%"}
    assert reader.read("一亿二，百分之六", ["revenue", "rd_share"]).told == {"revenue": "1.2亿元", "rd_share": "6%"}
    assert reader.read("有", ["project"]).told == {"project": "有"}
    assert reader.read("有").told == {}


def test_what_is_no_number_or_has_no_unit_is_asked_again(reader: FactReader) -> None:
    assert reader.read("营收几千万").unclear == {"revenue": "几千万"}
    assert reader.read("营收1200").unclear == {"revenue": "1200"}
    assert reader.read("年营收五六千万").unclear == {"revenue": "五六千万"}
    assert reader.read(f"营收{'9' * 400}亿元").unclear == {"revenue": "9" * 400}


def test_two_values_of_one_fact_are_both_told(reader: FactReader) -> None:
    assert reader.read("营收2023年1亿，2024年1.3亿").twice == {"revenue": ("1亿元", "1.3亿元")}
    assert reader.read("我们在烟台和威海都有厂").twice == {"city": ("烟台", "威海")}


@pytest.mark.parametrize(
    ("said", "asked", "told"),
    [
        ("去年营收2.3亿，前年1.8亿", (), {"revenue": "2.3亿元"}),
        ("营收前年1.8亿，去年2.3亿，今年1.5亿", (), {"revenue": "2.3亿元"}),
        ("前年6000万去年8000万", (), {"revenue": "8000万元"}),
        ("前年6000万去年8000万", ("revenue", "rd_share", "rd_spending"), {"revenue": "8000万元"}),
        ("前年600万去年800万", ("rd_share", "rd_spending"), {"rd_spending": "800万元"}),
    ],
)
def test_of_amounts_told_year_by_year_the_last_year_that_is_over_counts(
    reader: FactReader, said: str, asked: tuple[str, ...], told: dict[str, str]
) -> None:
    stated = reader.read(said, asked)
    assert stated.told == told
    assert not stated.twice


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("80来人", "80来人"),
        ("我们公司现在百十号人", "100来人"),
        ("济南软件公司，一百多人，想搞瞪羚", "超过100人"),
        ("we have about 80 employees", "80人"),
    ],
)
def test_a_number_of_people_by_itself_is_the_staff(reader: FactReader, said: str, told: str) -> None:
    assert reader.read(said).told["employees"] == told


def test_people_of_one_kind_are_not_the_staff(reader: FactReader) -> None:
    assert reader.read("研发人员五十来个").told == {"rd_staff": "50来人"}
    assert reader.read("60人", ("rd_staff",)).told == {"rd_staff": "60人"}
    assert "employees" not in reader.read("引进了3名专家，拨款给5人").told


def test_places_outside_the_province_and_unknown_products_are_noticed(reader: FactReader) -> None:
    assert reader.read("我们在苏州做芯片").elsewhere == "苏州"
    assert reader.read("我们是做风筝的").product == "风筝"


@pytest.mark.parametrize("piece", ["1", "一", "万", "1.", "营收", "超过", "1,234", "营收1亿", "9亿元营收", "0."])
def test_a_long_text_can_be_read(reader: FactReader, piece: str) -> None:
    assert reader.read(f"我们{piece * (2000 // len(piece))}").told.keys() <= {"revenue"}


@given(st.text(alphabet="我们营收研发负债率成立于年万亿元%点五六0123456789.,，。 在烟台做药的有没项目", max_size=30))
def test_any_text_can_be_read(reader: FactReader, text: str) -> None:
    stated = reader.read(text, ["revenue", "rd_share"])
    assert set(stated.told).isdisjoint(stated.unclear)
