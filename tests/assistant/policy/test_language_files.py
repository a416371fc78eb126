"""The language files: checked when read, and complete for what the program says of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bot.assistant.policy.decision import FEATURES, KIND, load_decisions, undecided
from bot.assistant.policy.findings import Reason
from bot.assistant.policy.lexicon import LexiconError, load_lexicon
from bot.assistant.policy.question_kinds import MOST_SAID, load_question_kinds
from bot.assistant.policy.question_types import load_question_types
from bot.assistant.policy.scope import load_scope
from prompts import Wording
from retrieval.types import QuestionVector

EVAL = Path(__file__).parents[3] / "eval"
KEYS = Wording.load().keys
ODD_RULE = "{intercept: 0, threshold: 0.5, weights: {a: 1}, centres: {}, scales: {}}"


def test_every_particular_that_must_be_there_has_words_for_its_absence() -> None:
    strict = [demand.name for demand in load_question_types().demands if demand.strict]
    assert {f"policy.particular_{name}" for name in strict} <= KEYS


def test_every_shape_has_a_first_sentence() -> None:
    shapes = [shape.name for shape in load_question_types().shapes]
    assert {f"policy.lead_{name}" for name in [*shapes, "plain"]} <= KEYS


def test_every_reason_to_refuse_has_a_message() -> None:
    assert {f"policy.refuse_{reason.value}" for reason in Reason} <= KEYS


@pytest.mark.parametrize(
    ("load", "wrong"),
    [
        (load_lexicon, "concepts: [{forms: ''}]\nstop: 的\nlight: 发展\n"),
        (load_lexicon, "concepts: []\nstop: 的\n"),
        (load_lexicon, "concepts: [\n"),
        (load_question_types, "fragments: {}\nbackground: a\nactor: '('\ndemands: []\nshapes: []\n"),
        (load_question_types, "demands: []\n"),
        (load_scope, "orders: ['(']\nsmall_talk: []\nplaces: ''\nhome_places: ''\nperiods: []\n"),
        (load_decisions, "made_by: x\nwith_kinds: {}\nwithout_kinds: {}\n"),
        (load_decisions, f"made_by: x\nwith_kinds: {ODD_RULE}\nwithout_kinds: {ODD_RULE}\n"),
        (load_question_kinds, "made_by: x\nencoder: e\nintercept: 0\nweights: one two\n"),
        (load_question_kinds, "made_by: x\n"),
    ],
)
def test_a_malformed_file_is_named_when_it_is_read(load: object, wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(LexiconError, match=r"wrong\.yaml"):
        load(path)  # type: ignore[operator]


def test_adding_a_synonym_is_a_line_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.yaml"
    path.write_text("concepts: [{forms: '贷款 掏钱', near: 融资}]\nstop: 的\nlight: 发展\n", encoding="utf-8")
    meaning = load_lexicon(path).meanings["掏钱"]
    assert "贷款" in meaning.forms
    assert meaning.near == {"融资"}


def test_more_coverage_never_makes_an_answer_less_likely_nor_lacking_words_more() -> None:
    decision = load_decisions().with_kinds
    middle = dict(decision.centres)
    at = decision.probability(middle)
    assert decision.probability({**middle, "coverage": 1.0}) >= at
    assert decision.probability({**middle, "lacking": 1.0}) <= at
    assert decision.probability({**middle, "unmet_demand": 1.0}) <= at
    assert decision.probability({**middle, KIND: MOST_SAID}) >= at


def test_an_undecided_decision_answers_everything() -> None:
    rule = undecided().without_kinds
    assert rule.probability(dict.fromkeys(FEATURES, 3.0)) >= rule.threshold


def test_the_kind_of_a_question_never_outweighs_a_whole_document() -> None:
    kinds = load_question_kinds()
    vector = QuestionVector(kinds.encoder, np.sign(kinds.weights).astype(np.float32))
    against = QuestionVector(kinds.encoder, -vector.values)
    assert kinds.score(vector) == MOST_SAID
    assert kinds.score(against) == -MOST_SAID


def test_the_vectors_of_another_encoder_have_no_kind_and_are_decided_without() -> None:
    kinds, decisions = load_question_kinds(), load_decisions()
    assert kinds.score(QuestionVector("another", kinds.weights.astype(np.float32))) is None
    assert decisions.rule(dict.fromkeys(FEATURES, 0.0)) is decisions.without_kinds
    assert decisions.rule({**dict.fromkeys(FEATURES, 0.0), KIND: 0.0}) is decisions.with_kinds


def test_the_question_sets_are_large_mixed_and_apart() -> None:
    rows = [json.loads(line) for line in (EVAL / "refusal.jsonl").read_text(encoding="utf-8").splitlines()]
    held_out = [json.loads(line) for line in (EVAL / "policy_held_out.jsonl").read_text(encoding="utf-8").splitlines()]
    kinds = [(row["expect"], row["split"]) for row in rows]
    counts = {kind: kinds.count(kind) for kind in kinds}
    assert len(counts) == 4
    assert min(counts.values()) >= 75
    assert len(held_out) >= 40
    questions = [row["q"] for row in [*rows, *held_out]]
    assert len(set(questions)) == len(questions)
