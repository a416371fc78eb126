"""A block at the head of a markdown file states what the document is; rules around text are text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import DocumentError, Flaw
from knowledge.readers import read_content
from knowledge.stated import Stated, stated_keys


def read(head: str) -> Stated:
    reading = read_content("a.md", f"---\n{head}\n---\n一、正文。\n".encode())
    assert reading.text == "一、正文。\n"
    return reading.stated


def test_keys_have_many_names_and_values_many_forms() -> None:
    stated = read("Title: 通知\n文号：甲发〔2024〕3号\n发布日期: 二〇二四年三月五日\n废止:\n- 甲\n- 乙\nexpires: null")
    assert stated.found == {
        "title": "通知",
        "number": "甲发〔2024〕3号",
        "issued": date(2024, 3, 5),
        "repeals": ("甲", "乙"),
    }


def test_of_two_names_for_one_thing_the_better_one_counts() -> None:
    stated = read("发布日期: 2024-03-09\n成文日期: 2024-03-05\ntitle: 通知")
    assert stated.found["issued"] == date(2024, 3, 5)
    assert stated.unused == ("发布日期",)


@pytest.mark.parametrize(
    "text", ["---\n一、总则。\n---\n二、附则。\n", "一、总则。\n---\ntitle: 通知\n---\n", "---\ntitle: 通知\n"]
)
def test_rules_around_text_are_text(text: str) -> None:
    reading = read_content("a.md", text.encode())
    assert (reading.text, reading.stated) == (text, Stated())


@pytest.mark.parametrize(
    ("head", "flaw"),
    [
        ("title: {甲: 乙", Flaw.BAD_BLOCK),
        ("title: 通知\n- 甲", Flaw.BAD_BLOCK),
        ("title: {甲: 乙}", Flaw.BAD_FRONT_MATTER),
        ("title: [甲, 乙]", Flaw.BAD_FRONT_MATTER),
        ("issued: 2024-13-01", Flaw.BAD_FRONT_MATTER),
    ],
)
def test_what_no_key_takes_is_refused(head: str, flaw: Flaw) -> None:
    with pytest.raises(DocumentError) as caught:
        read(head)
    assert caught.value.problem.flaw is flaw


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0")))
def test_any_head_is_read_or_refused_and_never_more(head: str) -> None:
    content = f"---\n{head}\ntitle: 通知\n---\n一、正文。\n".encode()
    try:
        reading = read_content("a.md", content)
    except DocumentError:
        return
    assert reading.text.endswith("正文。\n")
    assert set(reading.stated.found) <= set(stated_keys().keys)
