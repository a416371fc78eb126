"""Questions about cards: which card is named, which part of the matter is asked for, which number."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.assistant.cards.reading import FILE, CardQuestion, load_card_reading
from bot.assistant.policy.lexicon import LexiconError
from knowledge.card_library import CardLibrary

CARDS = CardLibrary().cards


def read(question: str) -> CardQuestion:
    return load_card_reading().read(question, CARDS)


@pytest.mark.parametrize(
    ("question", "cards"),
    [
        ("瞪羚企业怎么评", ["gazelle"]),
        ("专精特新“小巨人”有多少家", ["little-giant"]),
        ("专精特新企业有多少家", ["specialised-sme"]),
        ("战略性新兴产业专项债券的条件", ["sei-special-bond"]),
        ("發改高技〔2019〕1473號是什麼文件", ["notice-1473"]),
        ("发改高技[2019]1473号", ["notice-1473"]),
        ("雁阵形集群和先进制造业集群能同时报吗", ["cluster-yanzhen", "cluster-manufacturing"]),
        ("企业债与公司债", ["enterprise-bond", "corporate-bond"]),
        ("集群多久评估一次", []),
    ],
)
def test_a_question_names_cards_by_their_terms_the_longest_first(question: str, cards: list[str]) -> None:
    assert [entry.card.card.id for entry in read(question).named] == [f"card-{name}" for name in cards]


@pytest.mark.parametrize(
    ("question", "topics"),
    [
        ("瞪羚企业认定条件有哪些", ("condition",)),
        ("瞪羚企业是什么", ("concept",)),
        ("鲁科贷怎么申请", ("procedure",)),
        ("人才贷额度多少", ("amount",)),
        ("雁阵形集群有多少个", ("count",)),
        ("未来产业集群名单", ("roster",)),
        ("省重点项目有什么好处", ("support",)),
        ("单项冠军有效期几年", ("duration",)),
        ("未来产业集群省里公布了哪些", ("roster",)),
        ("政策清单多久发一次", ("date",)),
        ("省特色产业集群由谁来申报", ("procedure",)),
        ("单项冠军的市场占有率要排第几", ("condition",)),
        ("瞪羚企业", ()),
    ],
)
def test_the_part_of_the_matter_is_read_off_the_words_that_ask(question: str, topics: tuple[str, ...]) -> None:
    assert read(question).topics == topics


def test_general_words_of_asking_give_way_to_the_matter() -> None:
    assert "roster" not in read("瞪羚企业奖励有哪些").topics
    assert read("未来产业集群有哪些").topics == ("roster",)


def test_how_much_by_itself_fits_several_parts_and_says_so() -> None:
    plain, definite = read("发公司债净资产要多少"), read("公司债的条件是净资产多少")
    assert (plain.topics, plain.definite) == (("condition", "amount", "count"), False)
    assert (definite.topics, definite.definite) == (("condition",), True)


def test_words_around_a_question_are_no_content_of_it() -> None:
    assert not read("请问一下，全省专精特新企业一共有多少家").rest.strip("，,?？ ")
    assert "利率" in read("人才贷的利率是多少").rest


@pytest.mark.parametrize(
    ("question", "fact", "gives"),
    [
        ("要多少台设备", "研发设备原值不低于1000万元。", False),
        ("要多少研发人员", "研发人员不少于60人。", True),
        ("有多少家", "有瞪羚企业3028家。", True),
        ("奖励多少钱", "最高奖励100万元。", True),
        ("奖励多少钱", "给予奖励，没有说金额。", False),
        ("比例是多少", "补偿80%。", True),
        ("要交什么材料", "由县或园区申报。", False),
        ("一共几个", "纳入集群库。", False),
        ("一共几个", "集群有143个。", True),
        ("利率是多少", "风险补偿80%。", False),
        ("总规模有多大", "总规模7000亿元。", True),
    ],
)
def test_a_fact_has_to_state_what_is_asked_for(question: str, fact: str, gives: bool) -> None:
    needs = read(f"工程研究中心{question}").needs
    assert all(need.search(fact) for need in needs) is gives


def test_a_file_that_names_a_topic_no_card_has_is_refused(tmp_path: Path) -> None:
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    changed = tmp_path / "reading.yaml"
    for wrong in (
        {**rows, "topics": {**rows["topics"], "weather": ["下雨"]}},
        {**rows, "counted": "("},
        {"topics": {}},
    ):
        changed.write_text(yaml.safe_dump(wrong, allow_unicode=True), encoding="utf-8")
        with pytest.raises(LexiconError, match=r"reading\.yaml"):
            load_card_reading.__wrapped__(changed)
