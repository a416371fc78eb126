"""A digest in a language model's words: the words may change, no figure, no name and nothing of what is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.assistant.access import Principal, Role
from bot.assistant.types import Paragraph
from bot.bootstrap import open_subscribing
from bot.digests.types import Digest, DigestKind
from bot.settings import Settings
from bot.state import open_database_of
from tests.scripted_model.server import DROPS, MODEL, ScriptedModel, says, scripted_model

OFFICIAL = Principal(Role.OFFICIAL)
GIVES_UP = says("资料不足")
_DRAFT = re.compile(r"<底稿>\n(.*?)\n</底稿>", re.DOTALL)

Preview = Callable[..., Digest]


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with scripted_model([GIVES_UP]) as running:
        yield running


@pytest.fixture
def preview(shared_home: Path, model: ScriptedModel) -> Iterator[Preview]:
    """The digest as written, or as worded by the model."""
    endpoint = {"llm_model": MODEL, "llm_base_url": model.url, "llm_api_key": SecretStr("sk-1"), "llm_timeout": 5.0}
    settings = Settings(policybot_home=shared_home)
    worded = Settings(policybot_home=shared_home, **endpoint)
    database = open_database_of(settings)

    def written(kind: DigestKind = DigestKind.PROGRESS, *, by_model: bool = False) -> Digest:
        return open_subscribing(worded if by_model else settings, database).preview(kind, "", OFFICIAL)

    yield written
    database.close()


def texts(digest: Digest) -> list[str]:
    return [block.text for block in digest.blocks if isinstance(block, Paragraph)]


def drafts(model: ScriptedModel) -> list[str]:
    """What the model was given to word."""
    found = (_DRAFT.search(model.prompt(number)) for number in range(len(model.requests)))
    return [each[1] for each in found if each]


def given(preview: Preview, model: ScriptedModel, kind: DigestKind = DigestKind.PROGRESS) -> list[str]:
    preview(kind, by_model=True)
    return drafts(model)


def test_honest_words_replace_the_paragraphs_and_nothing_else(preview: Preview, model: ScriptedModel) -> None:
    plain, asked = preview(), given(preview, model)
    reworded = [each.replace("同比", "同比变化为").replace("：", "方面，", 1) for each in asked]
    model.script(*map(says, reworded))
    digest = preview(by_model=True)
    assert [text for text in texts(digest) if text in reworded] == reworded
    assert (digest.title, digest.details, digest.state) == (plain.title, plain.details, plain.state)
    assert [each.path.name for each in digest.attachments] == [each.path.name for each in plain.attachments]


def test_sources_deadlines_and_the_mark_of_the_sample_are_not_given_to_the_model(
    preview: Preview, model: ScriptedModel
) -> None:
    asked = "\n".join(given(preview, model))
    assert "主营业务收入" in asked
    assert not any(word in asked for word in ("来源：", "下一步", "示例数据"))


def exchanged(text: str, one: str, other: str) -> str:
    return text.replace(one, "\0").replace(other, one).replace("\0", other)


@pytest.mark.parametrize(
    ("kind", "spoilt"),
    [
        (DigestKind.PROGRESS, lambda text: exchanged(text, "淄博新型功能材料", "临沂生物医药")),
        (DigestKind.PROGRESS, lambda text: text.replace("+12.65%", "+13.65%")),
        (DigestKind.PROGRESS, lambda text: exchanged(text, "利润", "研发投入")),
        (DigestKind.PROGRESS, lambda text: text.replace("同比下降", "同比增长")),
        (DigestKind.PROGRESS, lambda text: text + "省财政厅将给予500万元奖励。"),
        (DigestKind.PIPELINE, lambda text: exchanged(text, "竣工", "谋划")),
        (DigestKind.REMINDER, lambda text: exchanged(text, "临沂生物医药", "不存在的集群")),
        (DigestKind.EXPIRY, lambda text: text.replace("1 份", "2 份")),
    ],
)
def test_what_says_something_else_is_sent_as_it_was_written(
    preview: Preview, model: ScriptedModel, kind: DigestKind, spoilt: Callable[[str], str]
) -> None:
    plain, asked = preview(kind), given(preview, model, kind)
    told = [spoilt(each) for each in asked]
    model.script(*map(says, told or ["没有可改写的"]))
    digest = preview(kind, by_model=True)
    for before, after in zip(asked, told, strict=True):
        assert before == after or after not in "\n".join(texts(digest))
    assert not set(texts(digest)) - set(texts(plain)) - set(told)


def test_without_the_model_the_digest_goes_out_as_written(preview: Preview, model: ScriptedModel) -> None:
    plain = preview()
    model.script(DROPS)
    assert texts(preview(by_model=True)) == texts(plain)
