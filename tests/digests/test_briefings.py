"""What a digest of figures says: the newest quarter on the right bases, for its readers' level, and what is new."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from bot.assistant.access import Principal, Role
from bot.assistant.briefings import Briefings
from bot.assistant.types import Paragraph
from bot.digests.briefings import BriefingComposer, deadlines
from bot.digests.duties import DutyCalendar
from bot.digests.types import Digest, DigestKind, DigestRequest, DigestScopeError
from prompts import Wording
from prompts.wording import FOLDER, WordingError
from stats_tools.database import Database
from stats_tools.importing.reverting import revert_import
from stats_tools.operations.observations import Viewer
from stats_tools.operations.sources import Definitions
from stats_tools.queries import ObservationReader
from stats_tools.registers.reference import RegisterReference
from stats_tools.registers.sample import load_register_sample
from stats_tools.registers.store import open_desk
from tests.stats_tools.questions.asking import filed, opened
from tests.stats_tools.questions.figures import NATIONAL, Rows, rows

ON = date(2021, 9, 1)
PUBLIC, OFFICIAL = Principal(), Principal(Role.OFFICIAL)
MOST_OF_A_MESSAGE = 4096
"""UTF-16 units of one Telegram message."""

Compose = Callable[..., Digest]


def up_to_q2() -> Rows:
    return {key: value for key, value in rows().items() if (key[2], key[3]) <= (2021, 2)}


@pytest.fixture
def database() -> Iterator[Database]:
    made = opened()
    yield made
    made.close()


@pytest.fixture
def composer(database: Database, tmp_path: Path) -> BriefingComposer:
    definitions, wording, registers = Definitions.load(), Wording.load(), RegisterReference.load().registers
    briefings = Briefings(
        definitions,
        lambda viewer: ObservationReader(database, viewer),
        lambda viewer, today: open_desk(database, registers, definitions.registry, today, viewer),
        lambda on: deadlines(DutyCalendar.load(), wording, on),
        DutyCalendar.load().reports_due,
        tmp_path / "charts",
        wording,
    )
    return BriefingComposer(briefings, definitions.registry, wording)


@pytest.fixture
def compose(composer: BriefingComposer) -> Compose:
    def written(
        kind: DigestKind = DigestKind.PROGRESS,
        words: str = "",
        principal: Principal = PUBLIC,
        previous: Digest | None = None,
    ) -> Digest:
        state = previous.state if previous else {}
        return composer.compose(DigestRequest(kind, composer.scope(kind, words), principal, ON, state))

    return written


def said(digest: Digest) -> str:
    return "\n".join([digest.title, *(block.text for block in digest.blocks if isinstance(block, Paragraph))])


def everything(digest: Digest) -> str:
    return f"{digest.title}\n{digest.blocks}\n{digest.details}"


def test_it_says_the_period_who_has_reported_and_who_has_not(database: Database, compose: Compose) -> None:
    filed(database, up_to_q2())
    digest = compose()
    assert digest.title == "进展简报 · 2021年上半年"
    assert "报送：已报6/7，未报：临沂生物医药。" in said(digest)
    assert "数据截至2022年2月1日入库" in said(digest)
    assert digest.data_as_of == date(2022, 2, 1)
    assert "province.xlsx 导入#1" in said(digest)


def test_headlines_carry_their_basis_and_both_changes(database: Database, compose: Compose) -> None:
    held = up_to_q2()
    filed(database, held)
    reporting = [code for code in NATIONAL if code != "linyi-biomedicine"]

    def total(year: int, quarter: int) -> Fraction:
        return sum((held[code, "revenue", year, quarter] for code in reporting), Fraction(0))

    now, single = total(2021, 2), total(2021, 2) - total(2021, 1)
    yoy, qoq = (now / total(2020, 2) - 1) * 100, (single / total(2021, 1) - 1) * 100
    line = next(each for each in said(compose()).splitlines() if each.startswith("主营业务收入 "))
    assert f"（累计，6个集群），同比{float(yoy):+.2f}%，环比{float(qoq):+.2f}%" in line
    assert line.startswith(f"主营业务收入 {float(now):.2f}".rstrip("0").rstrip("."))


def test_it_tells_progress_movers_and_what_is_due_next(database: Database, compose: Compose) -> None:
    filed(database, up_to_q2())
    text = said(compose())
    targets = Definitions.load().targets
    assert text.count("\n· ") <= len(targets)
    assert "目标进展（按2021年上半年）" in text
    assert "新增省级科技创新平台：" in text
    assert "同比增速靠前" in text
    assert "同比增速靠后" in text
    assert "统计季报（2021年前三季度）2021年10月15日截止" in text


def test_it_fits_one_message_also_where_hardly_anybody_has_reported(database: Database, compose: Compose) -> None:
    filed(database, up_to_q2())
    lone = {key: value for key, value in rows().items() if key[0] == "jinan-it-services" and key[2:] == (2021, 3)}
    filed(database, lone, name="q3.xlsx")
    digest = compose()
    assert "已报1/7，未报：青岛轨道交通装备、" in said(digest)
    assert "等6个。" in said(digest)
    assert len(said(digest).encode("utf-16-le")) // 2 < MOST_OF_A_MESSAGE


def test_it_comes_with_a_chart_for_a_phone(database: Database, compose: Compose) -> None:
    filed(database, up_to_q2())
    for digest in (compose(), compose(DigestKind.CLUSTER, "烟台生物医药"), compose(DigestKind.CITY, "青岛")):
        assert [each.kind for each in digest.attachments] == ["chart"]
        assert digest.attachments[0].path.read_bytes()[:4] == b"\x89PNG"


def test_the_chart_of_a_cluster_names_the_file_its_figures_come_from(database: Database, compose: Compose) -> None:
    held = up_to_q2()
    filed(database, held, name="first.xlsx")
    before = compose(DigestKind.CLUSTER, "烟台生物医药").attachments[0].path.read_bytes()
    assert compose(DigestKind.CLUSTER, "烟台生物医药").attachments[0].path.read_bytes() == before
    revert_import(database, 1, "王统计", datetime(2022, 2, 1, 13, tzinfo=UTC))
    filed(database, held, name="second.xlsx")
    assert compose(DigestKind.CLUSTER, "烟台生物医药").attachments[0].path.read_bytes() != before


def test_a_scope_is_called_what_people_call_it(composer: BriefingComposer) -> None:
    assert composer.called(composer.scope(DigestKind.CLUSTER, "烟台医药")) == "烟台生物医药"
    assert composer.called(composer.scope(DigestKind.CITY, "青岛市")) == "青岛"


def test_where_nothing_changed_it_says_so(database: Database, compose: Compose) -> None:
    filed(database, up_to_q2())
    first = compose()
    second = compose(previous=first)
    assert not first.is_unchanged
    assert "没有变化" not in said(first)
    assert second.is_unchanged
    assert "与上期简报相比没有变化。" in said(second)


def test_what_changed_is_named(database: Database, compose: Compose) -> None:
    held = up_to_q2()
    filed(database, held)
    first = compose()
    late = {key: value for key, value in rows().items() if key[:2] == ("linyi-biomedicine", "employment")}
    held["linyi-biomedicine", "employment", 2021, 2] = next(iter(late.values()))
    filed(database, {key: held[key] for key in [("linyi-biomedicine", "employment", 2021, 2)]}, name="补报.xlsx")
    second = compose(previous=first)
    assert not second.is_unchanged
    assert "与上期简报相比有变化：报送情况、就业人数" in said(second)
    filed(database, {k: v for k, v in rows().items() if k[2:] == (2021, 3)}, name="q3.xlsx")
    assert "报告期由2021年上半年变为2021年前三季度" in said(compose(previous=second))


def test_one_cluster_and_one_city_are_told_alone(database: Database, compose: Compose) -> None:
    filed(database, up_to_q2())
    one = compose(DigestKind.CLUSTER, "青岛轨道交通")
    assert one.title == "青岛轨道交通装备简报 · 2021年上半年"
    assert "目标进展" not in said(one)
    city = compose(DigestKind.CITY, "青岛市")
    assert city.title.startswith("青岛2个集群简报")
    assert "（累计，2个集群）" in said(city)
    assert "济南" not in everything(city)


def test_what_is_not_published_is_told_to_those_who_may_read_it_only(database: Database, compose: Compose) -> None:
    old = {key: value for key, value in up_to_q2().items() if key[2:] != (2021, 2)}
    new = {key: value for key, value in up_to_q2().items() if key[2:] == (2021, 2)}
    filed(database, old)
    filed(database, new, status="reported", name="q2.xlsx")
    secret = [f"{float(value):.2f}".rstrip("0").rstrip(".") for key, value in new.items() if key[1] == "revenue"]
    public, official = everything(compose()), everything(compose(principal=OFFICIAL))
    assert "2021年一季度" in public
    assert "2021年上半年" in official
    assert not [number for number in secret if number in public]
    assert [number for number in secret if number in official] == secret
    assert "q2.xlsx" not in public


@pytest.mark.parametrize("principal", [PUBLIC, OFFICIAL])
def test_no_digest_names_a_firm_or_a_project(database: Database, compose: Compose, principal: Principal) -> None:
    reference = RegisterReference.load()
    filed(database, up_to_q2(), status="sample")
    load_register_sample(database, reference, datetime(2021, 8, 1, tzinfo=UTC))
    desk = open_desk(database, reference.registers, reference.registry, ON, Viewer(internal=True))
    rows_of = [entry for code in ("projects", "enterprises", "platforms") for entry in desk.view(code).rows]
    names = {entry.text(column) for entry in rows_of for column in ("name", "owner", "host")} - {""}
    assert len(names) > 50
    for digest in (compose(principal=principal), compose(DigestKind.PIPELINE, principal=principal)):
        assert not [name for name in names if name in everything(digest)]
    assert "竣工" in said(compose(principal=principal))
    assert "竣工" in said(compose(DigestKind.PIPELINE, principal=principal))


def test_registers_that_are_still_the_sample_stand_beside_no_real_figure(database: Database, compose: Compose) -> None:
    filed(database, up_to_q2())
    load_register_sample(database, RegisterReference.load(), datetime(2021, 8, 1, tzinfo=UTC))
    text = everything(compose(principal=OFFICIAL))
    assert "数据缺口：重大项目储备库没有登记" in text
    assert "示例" not in text


IN_TIME = datetime(2021, 7, 15, 9, 59, tzinfo=UTC)
"""A minute before the reports for the second quarter are due in Shanghai."""


def of(*clusters: str) -> Rows:
    return {key: value for key, value in up_to_q2().items() if key[0] in clusters}


def test_who_reported_late_or_has_not_is_named_with_the_days_and_the_import(
    database: Database, compose: Compose
) -> None:
    """临沂未报；烟台生物医药迟五天，淄博当天过时，其余按时。"""
    late = ("yantai-biomedicine", "zibo-functional-materials", "linyi-biomedicine")
    filed(database, of(*(code for code in NATIONAL if code not in late)), at=IN_TIME)
    filed(database, of(late[1]), name="淄博.xlsx", at=datetime(2021, 7, 15, 10, 1, tzinfo=UTC))
    filed(database, of(late[0]), name="烟台.xlsx", at=datetime(2021, 7, 20, 1, tzinfo=UTC))
    digest = compose()
    line = "报送时限2021年7月15日：迟报2个，烟台生物医药（迟5天）、淄博新型功能材料（当天过时）；"
    assert f"{line}逾期48天仍未报，临沂生物医药。" in said(digest)
    for told in (
        "烟台生物医药2021年二季度季报2021年7月15日18时截止，2021年7月20日首次入库（导入#3），迟报5天。",
        "淄博新型功能材料2021年二季度季报2021年7月15日18时截止，2021年7月15日首次入库（导入#2），当天过时，按迟报计。",
        "临沂生物医药2021年二季度季报2021年7月15日18时截止，逾期48天仍未报送。",
    ):
        assert told in everything(digest)
    assert "迟报" not in said(compose(DigestKind.CITY, "青岛"))
    assert "没有迟报和逾期未报" in everything(compose(DigestKind.CITY, "青岛"))


def test_a_correction_is_not_late_and_a_report_that_was_taken_back_is_none(
    database: Database, compose: Compose
) -> None:
    held = {key: value for key, value in up_to_q2().items() if key[0] != "linyi-biomedicine"}
    filed(database, held, status="reported", at=IN_TIME)
    filed(database, {key: value + 1 for key, value in held.items()}, at=datetime(2021, 8, 1, tzinfo=UTC))
    # Published late, but reported in time: also the public, who may read the later one alone, is told so.
    assert "迟报" not in said(compose())
    filed(database, {("linyi-biomedicine", "employment", 2021, 2): Fraction(9)}, at=datetime(2021, 8, 2, tzinfo=UTC))
    assert "迟报1个，临沂生物医药（迟18天）" in said(compose())
    revert_import(database, 3, "王统计", datetime(2021, 8, 3, tzinfo=UTC))
    assert "逾期48天仍未报，临沂生物医药" in said(compose())


def test_a_history_entered_long_after_is_not_late_and_neither_is_the_sample(
    database: Database, compose: Compose
) -> None:
    filed(database, up_to_q2(), status="sample", at=datetime(2021, 8, 1, tzinfo=UTC))
    assert "迟报" not in said(compose())
    assert "示例数据没有真实的报送时间，不判断迟报" in everything(compose())
    filed(database, up_to_q2(), at=datetime(2022, 2, 1, tzinfo=UTC))
    assert "迟报" not in said(compose())
    assert "截止180天以后才首次入库、视为补录历史数据而不算迟报：济南信息技术服务、" in everything(compose())


def test_without_figures_it_says_so_and_what_to_do(database: Database, compose: Compose) -> None:
    filed(database, {})
    for digest in (compose(), compose(DigestKind.CLUSTER, "烟台生物医药"), compose(DigestKind.PIPELINE)):
        assert digest.blocks
        assert digest.data_as_of is None
        assert not digest.attachments
    assert "policybot stats import" in said(compose())
    assert "数据缺口" in said(compose(DigestKind.PIPELINE))


@pytest.mark.parametrize(
    ("kind", "words", "told"),
    [
        (DigestKind.CLUSTER, "", "哪个集群"),
        (DigestKind.CLUSTER, "烟台", "烟台生物医药"),
        (DigestKind.CLUSTER, "zzz", "济南信息技术服务"),
        (DigestKind.CITY, "上海", "上海"),
        (DigestKind.PROGRESS, "青岛", "不分范围"),
        (DigestKind.PIPELINE, "青岛", "不分范围"),
    ],
)
def test_a_scope_that_is_not_known_is_refused_with_what_could_be_meant(
    composer: BriefingComposer, kind: DigestKind, words: str, told: str
) -> None:
    with pytest.raises(DigestScopeError, match=told):
        composer.scope(kind, words)


def test_a_scope_that_left_the_register_is_refused(composer: BriefingComposer) -> None:
    with pytest.raises(DigestScopeError, match="重新订阅"):
        composer.compose(DigestRequest(DigestKind.CLUSTER, "gone", PUBLIC, ON))


def test_a_template_with_a_missing_variable_is_refused_when_the_program_starts(tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER / "zh", tmp_path / "zh")
    path = folder / "briefing.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("同比{yoy}，环比{qoq}", "环比{qoq}"), encoding="utf-8")
    with pytest.raises(WordingError, match=r"briefing\.headline"):
        Wording.load(folder=tmp_path)
