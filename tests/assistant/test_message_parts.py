"""One message, several questions; and short replies to a question back."""

import pytest

from bot.assistant.message_parts import MessageRules

RULES = MessageRules.load()


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("济南营收多少？有什么融资渠道", ("济南营收多少？", "有什么融资渠道")),
        ("我们是烟台的企业。营收1亿。能发债吗？谢谢", ("我们是烟台的企业。营收1亿。能发债吗？谢谢",)),
        ("营收和利润", ("营收和利润",)),
        ("烟台生物医药营收多少，另外想问怎么申请", ("烟台生物医药营收多少，", "另外想问怎么申请")),
        ("   ", ()),
    ],
)
def test_a_message_is_taken_apart_at_its_questions(message: str, questions: tuple[str, ...]) -> None:
    assert RULES.questions(message) == questions


OPTIONS = ("烟台市生物医药产业集群2021年营收", "临沂市生物医药产业集群2021年营收")


@pytest.mark.parametrize(
    ("reply", "chosen"),
    [
        ("1", OPTIONS[0]),
        ("第二个", OPTIONS[1]),
        ("烟台的", OPTIONS[0]),
        ("临沂那个吧", OPTIONS[1]),
        ("3", None),
        ("生物医药", None),
        ("济南的", None),
    ],
)
def test_a_short_reply_means_one_option_or_none(reply: str, chosen: str | None) -> None:
    assert RULES.choice(reply, OPTIONS) == chosen
