"""What a person sees on a terminal, and what a pipe gets."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

from bot.assistant.feedback import Complaint, Vote
from bot.assistant.types import Answer, Paragraph, Status
from bot.channels.terminal import TerminalView
from bot.channels.terminal_chat import Asker, TerminalChat
from prompts import Wording
from tests.cli.answers import CLARIFYING, FULL

WORDING = Wording.load()


def shown(answer: Answer, *, styled: bool = False) -> str:
    stream = io.StringIO()
    TerminalView(WORDING, stream, styled=styled).show(answer)
    return stream.getvalue()


def test_a_pipe_gets_plain_lines() -> None:
    assert shown(FULL).splitlines() == [
        "有四种[1]。",
        "[1] “支持骨干企业发行公司债、企业债、中期票据、短期融资券等直接债务融资工具。”",
        "2021年上半年",
        "集群  营收（亿元）",
        "济南信息技术服务  1234.5",
        "",
        "依据",
        "[1] 《山东省战略性新兴产业集群发展工程实施方案（2020—2021年）》（鲁发改工业〔2020〕194号）"
        " 三、推进措施 › （四）加大政策扶持力度 · 现已过有效期（至2021年12月31日）",
        "[2] 《山东省战略性新兴产业集群发展工程实施方案（2020—2021年）》（鲁发改工业〔2020〕194号）"
        " 三、推进措施 › （四）加大政策扶持力度 · 现行有效",
        "    “支持骨干企业发行公司债、企业债、中期票据、短期融资券等直接债务融资工具。”",
        "",
        "附件",
        "· charts/走势.png",
        "",
        "还可以问",
        "  1. 那贷款呢？",
        "  2. 利润呢？",
    ]


def test_a_screen_gets_the_same_words() -> None:
    text = shown(FULL, styled=True)
    for words in ("有四种[1]。", "公司债", "1234.5", "依据", "已过有效期", "那贷款呢？"):
        assert words in text


def test_square_brackets_of_an_answer_are_not_read_as_styles() -> None:
    answer = replace(FULL, blocks=(Paragraph("[red]见[1][/red]"),))
    assert "[red]见[1][/red]" in shown(answer, styled=True)


def test_an_answer_cannot_steer_the_terminal() -> None:
    answer = Answer("", Status.ANSWERED, (Paragraph("\x1b[2J\x07集群\x00"),))
    assert shown(answer) == "[2J集群\n"
    assert "\x1b[2J" not in shown(answer, styled=True)


class Conversation:
    """A chat whose lines are given and whose questions are remembered, conversation by conversation."""

    def __init__(self, *lines: str, answer: Answer = FULL) -> None:
        self._lines: Iterator[str] = iter(lines)
        self._answer = answer
        self.asked: list[list[str]] = []
        self.votes: dict[str, Vote] = {}
        self._stream = io.StringIO()

    def run(self) -> str:
        view = TerminalView(WORDING, self._stream, styled=False)
        TerminalChat(self._start, view, WORDING, self._next, self).run()
        return self._stream.getvalue()

    def rate(self, vote: Vote, telegram_id: int | None = None) -> None:
        self.votes[vote.answer] = vote

    def _start(self) -> Asker:
        questions: list[str] = []
        self.asked.append(questions)

        def reply(text: str) -> Answer:
            questions.append(text)
            return self._answer

        return reply

    def _next(self, _prompt: str) -> str:
        try:
            return next(self._lines)
        except StopIteration:
            raise EOFError from None


def test_the_greeting_offers_examples_that_a_number_selects() -> None:
    chat = Conversation("2")
    text = chat.run()
    assert "/help" in text
    assert chat.asked == [["2021年上半年济南信息技术服务集群营收是多少？"]]


def test_a_number_selects_an_option_of_the_answer_before() -> None:
    chat = Conversation("生物医药集群营收", "２", answer=CLARIFYING)
    chat.run()
    assert chat.asked == [["生物医药集群营收", "临沂生物医药"]]


def test_a_number_beyond_the_choices_is_explained_and_not_asked() -> None:
    chat = Conversation("9")
    assert "1 到 3" in chat.run()
    assert chat.asked == [[]]


def test_clear_begins_a_conversation_without_memory() -> None:
    chat = Conversation("甲", "/clear", "乙")
    chat.run()
    assert chat.asked == [["甲"], ["乙"]]


def test_explain_names_the_calls_behind_the_last_answer() -> None:
    chat = Conversation("/explain", "甲", "/explain")
    text = chat.run()
    assert "还没有可以说明的回答" in text
    assert chat.asked == [["甲", WORDING.say("explain.request")]]
    assert 'query_metric {"indicators": ["revenue"]} → 没有结果' in text


def test_an_unknown_command_is_no_question() -> None:
    chat = Conversation("/exit now")
    assert "/exit" in chat.run()
    assert chat.asked == [[]]


def test_end_of_input_and_quit_both_end_politely() -> None:
    assert Conversation().run().endswith("再见。需要时再运行 policybot chat 即可。\n")
    chat = Conversation("/quit", "甲")
    assert chat.run().endswith("再见。需要时再运行 policybot chat 即可。\n")
    assert chat.asked == [[]]


def test_an_answer_is_rated_once_and_what_was_wrong_may_follow() -> None:
    chat = Conversation("/good", "甲", "/good", "乙", "/bad", "/bad 3 单位错了", "丙", "/bad 没说到烟台")
    text = chat.run()
    assert "还没有可以评价的回答" in text
    assert "3 数字不对" in text
    good, figure, words = chat.votes.values()
    assert (good.helpful, good.reason) == (True, None)
    assert (figure.helpful, figure.reason, figure.comment) == (False, Complaint.FIGURE, "单位错了")
    assert (words.reason, words.comment) == (Complaint.OTHER, "没说到烟台")
    assert set(figure.cited) == {(each.doc_id, *each.section) for each in FULL.citations}


def test_a_question_back_is_not_rated() -> None:
    chat = Conversation("生物医药集群营收", "/bad", answer=CLARIFYING)
    assert "不用评价" in chat.run()
    assert chat.votes == {}
