"""How an answer came about: what asks for it, whose eyes it reads with, and that its numbers are those on record."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.assistant.access import Principal, Role
from bot.assistant.conversation import MemoryConversations
from bot.assistant.engine import Assistant
from bot.assistant.explaining import TOOL, ExplanationRequests
from bot.assistant.rendering import plain_text
from bot.assistant.statements import amounts
from bot.assistant.types import Answer, Code, Paragraph, Question, Status, Table
from bot.bootstrap import build_assistant
from bot.channels.telegram_answers import AnswerLayout
from bot.channels.telegram_brevity import brief
from bot.channels.telegram_text import MESSAGE_UNITS, messages, units
from bot.settings import Settings
from bot.state import open_database_of
from prompts import Wording
from stats_tools.database import Database
from stats_tools.periods import Period
from stats_tools.schema import ImportRow, ObservationRow

TODAY = date(2026, 1, 5)
REQUESTS = ExplanationRequests.load()
QUESTIONS = (
    "济南信息技术服务集群2021年上半年营收是多少？",
    "淄博新型功能材料2021年二季度单季研发投入",
    "临沂生物医药2021年前三季度利润同比增长多少",
    "2020年全年七个国家级集群研发投入从高到低排一下",
    "2021年上半年各集群研发投入强度",
    "青岛节能环保2021年三季度营收环比",
    "2021年全年营收合计",
    "营收超过1000亿元的集群有哪些",
    "烟台生物医药营收历年走势",
    "烟台生物医药2021年全年营收从哪来的",
)


@pytest.fixture(scope="module")
def assistant(shared_home: Path) -> Assistant:
    return build_assistant(Settings(policybot_home=shared_home), MemoryConversations())


def _explained(assistant: Assistant, text: str, principal: Principal | None = None) -> tuple[Answer, Answer]:
    """The answer to a question and how it came about."""
    asker, session = principal or Principal(), f"{text} {principal}"
    return (
        assistant.answer(Question(text, TODAY, asker, session)),
        assistant.answer(Question("怎么算的", TODAY, asker, session)),
    )


@pytest.mark.parametrize(
    "text",
    ["怎么算的？", "解释一下", "这个数怎么算出来的", "how was this computed?", "请解释一下这个数", "這是怎麼計算的",
     "这个结果是如何得出的", "Explain", "show me the SQL", "这个排名是怎么算的呢"],
)  # fmt: skip
def test_a_request_to_explain_is_one(text: str) -> None:
    assert REQUESTS.asks(text)


@pytest.mark.parametrize(
    "text",
    ["研发投入强度怎么算", "解释一下产业投资基金", "企业怎么申报", "这个数从哪来的", "营收是怎么统计的", "如何得到支持",
     "", "怎么"],
)  # fmt: skip
def test_what_names_something_or_asks_for_more_is_none(text: str) -> None:
    assert not REQUESTS.asks(text)


@pytest.mark.parametrize("text", QUESTIONS)
def test_the_observations_told_are_those_on_record(text: str, assistant: Assistant, shared_home: Path) -> None:
    """Every value of the explanation is a stored one, read here straight from the table."""
    answer, explanation = _explained(assistant, text)
    assert answer.status is explanation.status is Status.ANSWERED
    stored = _stored(open_database_of(Settings(policybot_home=shared_home)))
    assert explanation.figures
    for figure in explanation.figures:
        assert stored[figure.cluster, figure.indicator, figure.period] == figure.value
    table = next(block for block in explanation.blocks if isinstance(block, Table))
    told = {amount.written for row in table.rows for amount in amounts(row[3])}
    assert told <= {round(figure.value, figure.decimals) for figure in explanation.figures}


@pytest.mark.parametrize("text", QUESTIONS[:6])
def test_the_numbers_worked_with_are_borne_out_by_observations_and_answer(text: str, assistant: Assistant) -> None:
    answer, explanation = _explained(assistant, text)
    lines = [line for line in _paragraphs(explanation).splitlines() if "得" in line or re.search(r"\d.* = ", line)]
    borne = {round(figure.value, figure.decimals) for figure in (*explanation.figures, *answer.figures)}
    borne |= {amount.written for amount in amounts(plain_text(answer.blocks))} | {Decimal(100)}
    # A single quarter's growth is worked from single quarters, which are differences of what was read.
    values = [figure.value for figure in explanation.figures]
    borne |= {round(one - other, 2) for one in values for other in values}
    worked = {amount.written for line in lines for amount in amounts(line)}
    periods = {Decimal(figure.period.year) for figure in explanation.figures}
    assert worked - periods <= borne


def _paragraphs(answer: Answer) -> str:
    return "\n".join(block.text for block in answer.blocks if isinstance(block, Paragraph))


def _stored(database: Database) -> dict[tuple[str, str, Period], Decimal]:
    columns = ObservationRow.cluster_code, ObservationRow.indicator_code, ObservationRow.period_index
    with database.reading() as connection:
        rows = connection.execute(select(*columns, ObservationRow.value)).all()
    database.close()
    return {(cluster, code, Period.from_index(index)): value for cluster, code, index, value in rows}


class TestAccess:
    """What may not be read is not in the explanation either, nor that it exists."""

    @pytest.fixture
    def guarded(self, home: Path) -> Assistant:
        """Everything of one cluster is reported, not published."""
        settings = Settings(policybot_home=home)
        database = open_database_of(settings)
        with database.writing() as connection:
            own = ObservationRow.cluster_code == "yantai-biomedicine"
            connection.execute(update(ObservationRow).where(own).values(status="reported"))
            connection.execute(update(ObservationRow).where(~own).values(status="published"))
        database.close()
        return build_assistant(settings, MemoryConversations())

    def test_the_public_reads_the_published_alone(self, guarded: Assistant) -> None:
        _, explanation = _explained(guarded, "2021年全年各集群营收排名")
        assert {figure.cluster for figure in explanation.figures}
        assert "yantai-biomedicine" not in {figure.cluster for figure in explanation.figures}
        assert "689.99" not in plain_text(explanation.blocks)

    def test_an_official_reads_what_was_reported(self, guarded: Assistant) -> None:
        _, explanation = _explained(guarded, "2021年全年各集群营收排名", Principal(Role.OFFICIAL))
        assert "689.99" in plain_text(explanation.blocks)
        assert "已上报" in plain_text(explanation.blocks)

    def test_who_filed_a_figure_in_a_chat_is_told_without_the_number_of_the_account(
        self, guarded: Assistant, home: Path
    ) -> None:
        database = open_database_of(Settings(policybot_home=home))
        with database.writing() as connection:
            connection.execute(update(ImportRow).values(uploaded_by="telegram:31"))
        database.close()
        question = Question("烟台生物医药2021年全年营收这个数从哪来的", TODAY, Principal(Role.OFFICIAL))
        said = plain_text(guarded.answer(question).blocks)
        assert "由统计员在聊天中提交" in said
        assert "telegram" not in said

    def test_what_was_denied_is_explained_without_the_value(self, guarded: Assistant) -> None:
        answer, explanation = _explained(guarded, "烟台生物医药2021年全年营收是多少")
        assert answer.status is Status.DENIED
        assert not explanation.figures
        assert "没有读到您可以查看的数据" in plain_text(explanation.blocks)

    def test_an_explanation_reads_as_whoever_asks_for_it(self, guarded: Assistant) -> None:
        """In a thread that others share, what an official was answered is not explained to the public."""
        question = "烟台生物医药2021年全年营收是多少"
        first = guarded.answer(Question(question, TODAY, Principal(Role.OFFICIAL), "shared"))
        second = guarded.answer(Question("怎么算的", TODAY, Principal(), "shared"))
        assert "689.99" in plain_text(first.blocks)
        assert "689.99" not in plain_text(second.blocks)


@pytest.mark.parametrize("text", QUESTIONS)
def test_on_a_phone_the_words_come_first_and_the_sql_is_folded_up(text: str, assistant: Assistant) -> None:
    _, explanation = _explained(assistant, text)
    sections = AnswerLayout(Wording.load()).sections(explanation)
    assert sections[0].html.startswith("查询：")
    [folded] = [section for section in sections if "SELECT" in section.plain]
    assert folded.html.startswith("<blockquote expandable>")
    shown, left = brief(sections)
    assert shown[0].plain.startswith("查询：")
    assert all(units(each.plain) <= MESSAGE_UNITS for each in (*messages(shown), *messages(left)))


def test_an_explanation_is_remembered_as_what_it_explains(assistant: Assistant) -> None:
    _explained(assistant, QUESTIONS[0])
    session = f"{QUESTIONS[0]} {None}"
    again = assistant.answer(Question("解释一下", TODAY, session=session))
    [call] = again.tool_calls
    assert call.call.name == TOOL
    assert [each["name"] for each in call.call.arguments["calls"]] == ["query_metric"]


def test_the_sql_names_its_parameters(assistant: Assistant) -> None:
    _, explanation = _explained(assistant, QUESTIONS[0])
    code = next(block for block in explanation.blocks if isinstance(block, Code))
    named = set(re.findall(r"(?<![\w:]):(\w+)", code.text))
    told = set(re.findall(r"^  :(\w+) = .", code.text, re.MULTILINE))
    assert named == told
    assert "POSTCOMPILE" not in code.text


@pytest.mark.parametrize("text", ["济南有哪些战新集群", "核对我们公司的融资渠道", "给我一份简报"])
def test_in_a_chat_what_else_was_looked_up_is_told_in_words_alone(shared_home: Path, text: str) -> None:
    settings = Settings(policybot_home=shared_home)
    in_chat = build_assistant(settings, MemoryConversations(), rehearsing=True, in_chat=True)
    _, explained = _explained(in_chat, text)
    said = plain_text(explained.blocks)
    assert said.startswith("查询：")
    assert not re.search("[A-Za-z_{}]", said)
