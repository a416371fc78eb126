"""Labelled sentences: an answer that changed since it was read is noticed, and counted against both figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.assistant.types import Answer, Citation, Paragraph, Quote, Status
from eval.citations import LabelledAnswer, count, drafted, read_rows, sentences, tells_standing

LABELS = Path(__file__).parents[2] / "eval" / "citations.jsonl"
PLAN = Citation(
    1, "plan", "实施方案", "鲁发改〔2020〕1号", (), "每年评估一次", 0, 6, date(2020, 1, 1), date(2021, 12, 31), False
)


def answer(*texts: str, quote: str = PLAN.quote) -> Answer:
    blocks = (*map(Paragraph, texts), Quote(1, quote))
    cited = Citation(1, PLAN.doc_id, PLAN.title, PLAN.doc_number, (), quote, 0, 6, PLAN.effective, PLAN.expires, False)
    return Answer("问", Status.ANSWERED, blocks, (cited,))


def labelled(given: Answer, *labels: tuple[bool, bool]) -> LabelledAnswer:
    said = list(sentences(given))
    judged = [s.model_copy(update={"fact": f, "supported": b}) for s, (f, b) in zip(said, labels, strict=True)]
    return LabelledAnswer(id="a", q="问", sentences=tuple(judged))


def test_sentences_carry_the_quotes_behind_their_marks() -> None:
    said = list(sentences(answer("每年评估一次[1]。下一步：请确认。")))
    assert [(s.sentence, s.quotes) for s in said] == [
        ("每年评估一次[1]。", ("每年评估一次",)),
        ("下一步：请确认。", ()),
    ]


def test_precision_counts_marked_and_recall_factual_sentences() -> None:
    given = answer("每年评估一次[1]。", "每季评估[1]。", "奖励一百万。", "下一步：请确认。")
    row = labelled(given, (True, True), (True, False), (True, False), (False, False))
    counts, wrong = count([row], {row.q: given}.__getitem__)
    assert (counts.facts, counts.cited, counts.supported, counts.unlabelled) == (3, 2, 1, 0)
    assert (counts.precision, round(counts.recall, 3)) == (0.5, 0.667)
    assert wrong == ["a not supported: 每季评估[1]。", "a not cited: 奖励一百万。"]


def test_a_sentence_whose_words_or_quote_changed_has_to_be_read_again() -> None:
    row = labelled(answer("每年评估一次[1]。"), (True, True))
    for changed in (answer("每年评估两次[1]。"), answer("每年评估一次[1]。", quote="每季评估一次")):
        counts, _ = count([row], {row.q: changed}.__getitem__)
        assert (counts.unlabelled, counts.precision, counts.recall) == (1, 0.0, 0.0)
        assert [label.fact for label in drafted(row, changed).sentences] == [None]
    assert drafted(row, answer("每年评估一次[1]。")) == row


def test_a_remark_on_standing_is_cited_by_the_number_and_days_of_a_citation() -> None:
    assert tells_standing("所据文件（鲁发改〔2020〕1号）已于2021年12月31日到期。", [PLAN])
    assert not tells_standing("所据文件（鲁发改〔2020〕1号）已于2022年12月31日到期。", [PLAN])
    assert not tells_standing("所据文件（鲁发改〔2020〕2号）已于2021年12月31日到期。", [PLAN])


def test_the_set_holds_a_hundred_answers_that_were_read() -> None:
    rows = read_rows(LABELS)
    assert len({row.q for row in rows}) == 100
    assert all(label.fact is not None for row in rows for label in row.sentences)
