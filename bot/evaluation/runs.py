"""Running a question file through an assistant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from bot.assistant.access import Principal
from bot.assistant.types import Answer, Question
from bot.evaluation.cases import Case
from bot.evaluation.scoring import Score, score
from bot.file_sessions import FileSessions

OWN_QUESTIONS = Path(__file__).parents[2] / "eval"
"""Question files of the project, in a checkout."""

LABELLED_ANSWERS = "citations.jsonl"
"""Among them the answers whose sentences are labelled; ``eval.citations`` measures those."""


def default_files() -> tuple[Path, ...]:
    """The project's own question files; none where the program was installed without its checkout."""
    return tuple(sorted(path for path in OWN_QUESTIONS.glob("*.jsonl") if path.name != LABELLED_ANSWERS))


def run(cases: tuple[Case, ...], answer: Callable[[Question], Answer], today: date, namespace: str) -> Iterator[Score]:
    """Each case answered and scored, in order; the namespace keeps sessions of one file apart from those of another."""
    sessions = FileSessions(namespace)
    for case in cases:
        session = sessions.session(case.id, case.session)
        yield score(case, answer(Question(case.q, today, Principal(case.role), session)))
