"""The expiry watch tells what has run out or will, and whether something takes its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from bot.assistant.access import Principal
from bot.assistant.types import Paragraph
from bot.digests.expiry import ExpiryComposer
from bot.digests.types import Digest, DigestKind, DigestRequest, DigestScopeError
from knowledge.types import Clause, Document
from tests.digests.office import WORDING

ON = date(2025, 12, 1)


@dataclass(frozen=True)
class Shelf:
    """Documents in a row."""

    held: tuple[Document, ...]

    def documents(self) -> tuple[Document, ...]:
        return self.held

    def document(self, doc_id: str) -> Document | None:
        return next((each for each in self.held if each.doc_id == doc_id), None)

    def clauses(self, _doc_id: str, /) -> tuple[Clause, ...]:
        return ()


def document(
    doc_id: str, expires: date | None, replaced_by: str = "", status: str = "", kind: str = "original"
) -> Document:
    return Document(
        doc_id=doc_id,
        title=f"{doc_id}办法",
        number=f"鲁发〔2020〕{len(doc_id)}号",
        issuer="山东省发展和改革委员会",
        issued=date(2020, 1, 1),
        effective=date(2020, 1, 1),
        expires=expires,
        region="山东省",
        status=status,
        kind=kind,
        text="",
        sha256="",
        replaced_by=replaced_by,
    )


def notice(*documents: Document, words: str = "", previous: Digest | None = None) -> Digest:
    composer = ExpiryComposer(Shelf(documents), WORDING)
    scope = composer.scope(DigestKind.EXPIRY, words)
    state = previous.state if previous else {}
    return composer.compose(DigestRequest(DigestKind.EXPIRY, scope, Principal(), ON, state))


def said(digest: Digest) -> str:
    return "\n".join(block.text for block in digest.blocks if isinstance(block, Paragraph))


OPEN = document("长期", date(2030, 12, 31))


@pytest.mark.parametrize(
    ("words", "expires", "told"),
    [
        ("", date(2026, 3, 1), True),
        ("", date(2026, 3, 2), False),
        ("30天", date(2025, 12, 31), True),
        ("30天内", date(2026, 1, 1), False),
        ("", ON, True),
    ],
)
def test_what_expires_within_the_days_asked_for_is_told(words: str, expires: date, told: bool) -> None:
    text = said(notice(OPEN, document("试点", expires), words=words))
    assert ("《试点办法》" in text) is told
    assert "《长期办法》" not in text
    if told:
        assert f"有效期至{expires.year}年{expires.month}月{expires.day}日，还有 {(expires - ON).days} 天。" in text


def test_expired_without_a_successor_is_told_as_missing() -> None:
    text = said(notice(OPEN, document("旧", date(2025, 11, 1))))
    assert "有效期至2025年11月1日，已过期 30 天。\n没有登记接续文件" in text
    assert WORDING.say("digests.expiry_missing", count=1) in text


@pytest.mark.parametrize("name", ["长期", OPEN.number])
def test_expired_with_a_successor_names_it_and_misses_none(name: str) -> None:
    text = said(notice(OPEN, document("旧", date(2025, 11, 1), replaced_by=name)))
    assert "接续文件：《长期办法》。" in text
    assert WORDING.say("digests.expiry_missing", count=1) not in text


def test_a_successor_that_is_registered_but_not_at_hand_is_missing() -> None:
    text = said(notice(OPEN, document("旧", date(2025, 11, 1), replaced_by="鲁发〔2025〕99号")))
    assert "登记的接续文件 鲁发〔2025〕99号 不在文件库里" in text
    assert WORDING.say("digests.expiry_missing", count=1) in text


@pytest.mark.parametrize(("status", "words"), [("repealed", "已废止。"), ("superseded", "已被替代。")])
def test_what_was_withdrawn_is_told_whatever_its_dates(status: str, words: str) -> None:
    assert f"\n{words}\n" in said(notice(document("旧", date(2030, 1, 1), status=status)))


def test_where_nothing_runs_out_it_says_so_and_what_it_looked_at() -> None:
    assert said(notice(OPEN)) == "文件库的 1 份文件都没有失效，90 天内也没有到期的。"


def test_the_same_as_last_time_is_said_to_be_unchanged() -> None:
    old = document("旧", date(2025, 11, 1))
    first = notice(OPEN, old)
    assert not first.is_unchanged
    assert notice(OPEN, old, previous=first).is_unchanged
    assert not notice(OPEN, old, document("试点", ON), previous=first).is_unchanged


@pytest.mark.parametrize("words", ["0", "1001", "明年", "-5", "３０"])
def test_days_that_make_no_sense_are_refused(words: str) -> None:
    with pytest.raises(DigestScopeError):
        notice(OPEN, words=words)
