"""The day a question is to be judged on, read off its words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.assistant.policy.as_of import day_to_judge
from tests.assistant.policy.exchanges import Asked

Ask = Callable[..., Asked]


@pytest.mark.parametrize(
    ("question", "rest", "on"),
    [
        ("2021年6月时这个文件有效吗", "这个文件有效吗", date(2021, 6, 1)),
        ("按2021年的规定，骨干企业能发哪些债", "骨干企业能发哪些债", date(2021, 12, 31)),
        ("按照2021年6月30日的规定，能发债吗", "能发债吗", date(2021, 6, 30)),
        ("as of 2021-06, which bonds may firms issue", "which bonds may firms issue", date(2021, 6, 1)),
        ("到2021年，营收过千亿的企业要有几家", "到2021年，营收过千亿的企业要有几家", None),
        ("2021年营收目标是多少", "2021年营收目标是多少", None),
        ("按2021年13月的规定能发债吗", "按2021年13月的规定能发债吗", None),
        ("2021年6月时", "2021年6月时", None),
    ],
)
def test_words_that_name_the_day_are_taken_out(question: str, rest: str, on: date | None) -> None:
    assert day_to_judge(question) == (rest, on)


@pytest.mark.parametrize(
    "question",
    [
        "按2021年6月的规定，骨干企业可以发行哪些债券？",
        "截至2021年6月，骨干企业可以发行哪些债券？",
        "2021年6月时有哪些基本原则？",
    ],
)
def test_an_answer_speaks_of_the_day_asked_about_and_adds_how_the_paper_stands_today(ask: Ask, question: str) -> None:
    asked = ask(question)
    assert asked.status == "answered"
    assert "以下按2021年6月1日判断文件效力" in asked.first_lines
    assert "2021年6月1日当日，所据文件（鲁发改高技〔2020〕194号）有效（有效期至2021年12月31日）" in asked.text
    assert "到今天，这份文件已于2021年12月31日到期" in asked.text
    assert "仅供参考" not in asked.text


def test_the_standing_asked_about_on_a_day_is_followed_by_todays(ask: Ask) -> None:
    asked = ask("2021年6月时这份实施方案还有效吗？")
    assert asked.text.startswith("仍在有效期内")
    assert "到今天，这份文件已于2021年12月31日到期" in asked.text.splitlines()[1]


def test_a_day_on_which_it_had_expired_is_said_once(ask: Ask) -> None:
    asked = ask("按2023年的规定，骨干企业可以发行哪些债券？")
    assert asked.text.count("到期") == 1


def test_a_paper_not_yet_in_force_on_the_day_is_called_so(ask: Ask) -> None:
    asked = ask("2019年6月时，骨干企业可以发行哪些债券？")
    assert "当日尚未生效" in asked.first_lines
