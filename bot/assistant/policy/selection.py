"""From a reading to the clauses and sentences that carry its content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.assistant.policy.clause_index import ClauseIndex, Matches
from bot.assistant.policy.enumerations import enumerated
from bot.assistant.policy.reading import Reading

_CLAUSE_CONTEXT, _TITLE_CONTEXT, _NAMES_DOCUMENT = 0.75, 0.5, 0.8
_SEARCH_SAYS, _SEARCH_SAYS_OF_FOREIGN, _DEMAND_SAYS, _SHAPE_SAYS, _COUNT_SAYS = 0.3, 0.9, 0.25, 0.12, 0.2
_FURTHER_GAIN, _FURTHER_WEIGHT, _NEARLY, _NEARLY_IN_DOUBT = 0.15, 0.4, 0.95, 0.85
_SURE = 0.8
_COVERS_ALL, _NOT_FAR_BEHIND = 0.95, 0.8
_ABOUT, _MOST_GATHERED = 0.5, 5
_LOOKED_AT = 24
MOST_CLAUSES = 3


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A sentence with how well it carries the question.

    Args:
        row: number of the sentence in the index.
        coverage: share of the question's content that stands in the sentence, its clause, headings or title, 0 to 1.
        own: share that stands in the sentence itself.
        score: coverage with what the search, the shape and the demand add; comparable within one question.
        held: for each unit of the reading how well sentence and context hold it, 0 to 1.
    """

    row: int
    coverage: float
    own: float
    score: float
    held: Matches


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """The sentences chosen, best clause first, and all that was looked at."""

    chosen: tuple[tuple[Candidate, ...], ...]
    looked_at: tuple[Candidate, ...]

    @property
    def best(self) -> Candidate | None:
        """The best sentence, None where the library is empty."""
        return self.looked_at[0] if self.looked_at else None


def select(reading: Reading, index: ClauseIndex, found: Mapping[str, float]) -> Selection:
    """The sentences that carry the question.

    Args:
        reading: the question.
        index: the library's sentences.
        found: fused search score by clause_id, 0 to 1.
    """
    if not index.sentences:
        return Selection((), ())
    candidates = _candidates(reading, index, found)
    clauses: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        clauses.setdefault(index.sentences[candidate.row].clause, []).append(candidate)
    weights = np.array([unit.weight for unit in reading.units], dtype=np.float32)
    kept = _spanning(list(clauses.values()), weights, index)
    within = _about if reading.shape and reading.shape.gathers else _within
    return Selection(tuple(within(group) for group in kept), tuple(candidates))


def _candidates(reading: Reading, index: ClauseIndex, found: Mapping[str, float]) -> list[Candidate]:
    own, held = _held(reading, index)
    weights = np.array([unit.weight for unit in reading.units], dtype=np.float32)
    total = float(weights.sum()) or 1.0
    coverage, own_coverage = weights @ held / total, weights @ own / total
    searched = np.array([found.get(clause.clause_id, 0.0) for clause in index.clauses], dtype=np.float32)
    says = _SEARCH_SAYS_OF_FOREIGN if reading.foreign else _SEARCH_SAYS
    score = 0.7 * coverage + 0.3 * own_coverage + says * searched[index.clause_of]
    rows = np.argsort(-score, kind="stable")[:_LOOKED_AT]
    candidates = [
        Candidate(
            int(row),
            float(coverage[row]),
            float(own_coverage[row]),
            float(score[row]) + _preferred(reading, index.sentences[row].text),
            held[:, row],
        )
        for row in rows
    ]
    return sorted(candidates, key=lambda candidate: -candidate.score)


def _held(reading: Reading, index: ClauseIndex) -> tuple[Matches, Matches]:
    """For each unit and sentence how well the sentence itself, and the sentence in its context, holds the unit."""
    sentences = len(index.sentences)
    own = np.zeros((len(reading.units), sentences), dtype=np.float32)
    held = np.zeros_like(own)
    for number, unit in enumerate(reading.units):
        own[number] = unit.matches[:sentences]
        clause = index.by_clause(unit.matches) * _CLAUSE_CONTEXT
        titles = index.by_document(unit.matches)
        title = titles[index.document_of] * _TITLE_CONTEXT
        if 0 < np.count_nonzero(titles) < len(titles):
            # A word by which a title differs from the others names the document: it is meant in all its sentences.
            own[number] = np.maximum(own[number], (titles[index.document_of] * _NAMES_DOCUMENT)[index.clause_of])
        held[number] = np.maximum(own[number], np.maximum(clause, title)[index.clause_of])
    return own, held


def _preferred(reading: Reading, sentence: str) -> float:
    prefers = reading.shape.prefers if reading.shape else None
    demanded = reading.demand is not None and reading.demand.needs.search(sentence) is not None
    liked = prefers is not None and prefers.search(sentence) is not None
    counted = reading.count is not None and reading.count in enumerated(sentence)
    return _DEMAND_SAYS * demanded + _SHAPE_SAYS * liked + _COUNT_SAYS * counted


def _spanning(clauses: Sequence[list[Candidate]], weights: Matches, index: ClauseIndex) -> list[list[Candidate]]:
    """The best clause, and further ones that carry what it does not, or carry nearly as much."""
    kept: list[list[Candidate]] = []
    total = float(weights.sum()) or 1.0
    held = np.zeros(len(weights), dtype=np.float32)
    for group in clauses:
        first = group[0]
        gain = float(weights @ np.maximum(first.held - held, 0))
        adds = gain >= _FURTHER_WEIGHT and gain >= _FURTHER_GAIN * total
        doubtful = len(kept) == 1 and _in_doubt(first, kept[0][0]) and index.same_document(first.row, kept[0][0].row)
        if not kept or adds or doubtful or _nearly(first, kept[0][0]):
            kept.append(group)
            held = np.maximum(held, first.held)
        if len(kept) == MOST_CLAUSES:
            break
    return kept


def _within(group: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The sentences of one clause worth quoting: the best, and those that carry nearly as much of the question."""
    return tuple(candidate for candidate in group if _nearly(candidate, group[0]))[:3]


def _about(group: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The sentences of one clause that are about the question's matter at all, in the order of the text."""
    most = max(candidate.own for candidate in group)
    about = [candidate for candidate in group if candidate.own >= _ABOUT * most][:_MOST_GATHERED]
    return tuple(sorted(about, key=lambda candidate: candidate.row))


def _in_doubt(candidate: Candidate, best: Candidate) -> bool:
    """Whether the next clause may be the one meant: the best leaves something out and is not far ahead."""
    return best.coverage < _COVERS_ALL and candidate.score >= _NOT_FAR_BEHIND * best.score


def _nearly(candidate: Candidate, best: Candidate) -> bool:
    """Whether a sentence carries nearly as much as the best one, by itself as in its context.

    Where even the best one leaves much of the question out, the next ones are given more room.
    """
    nearly = _NEARLY if best.coverage >= _SURE else _NEARLY_IN_DOUBT
    return candidate.score >= nearly * best.score and candidate.own >= nearly * best.own
