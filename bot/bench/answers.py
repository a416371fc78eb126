"""A warm offline answer against embedding the same question alone, in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import median

import yaml

from bot.assistant.types import Answer, Question
from bot.bench.measured import Measured, percentile, seconds

Reply = Callable[[Question], Answer]

QUESTIONS = Path(__file__).with_name("questions.yaml")
ROUNDS = 5
MOST_TIMES_EMBEDDING = 3.0
"""The median answer takes at most so many times the median embedding of the same questions."""
MOST_SPREAD = 2.0
"""The 95th percentile of an answer's time is at most so many times its median."""


def read_questions(path: Path = QUESTIONS) -> Mapping[str, Sequence[str]]:
    """Questions by kind."""
    kinds: Mapping[str, Sequence[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return kinds


def answer_speed(reply: Reply, embed: Callable[[str], object], today: date) -> Iterator[Measured]:
    """For each kind of question the median time relative to embedding, and the spread."""
    for kind, questions in read_questions().items():
        for text in questions:
            reply(Question(text, today))
        pairs = [_pair(reply, embed, text, today) for _ in range(ROUNDS) for text in questions]
        answers, embeddings = ([pair[i] for pair in pairs] for i in (0, 1))
        typical = median(answers)
        yield Measured(f"answer.{kind}.embedding", median(embeddings) * 1000, "ms")
        yield Measured(f"answer.{kind}.median_ms", typical * 1000, "ms")
        yield Measured(f"answer.{kind}.median", typical / median(embeddings), "x", MOST_TIMES_EMBEDDING)
        yield Measured(f"answer.{kind}.p95", percentile(answers, 0.95) / typical, "x", MOST_SPREAD)


def _pair(reply: Reply, embed: Callable[[str], object], text: str, today: date) -> tuple[float, float]:
    """Seconds to answer and seconds to embed, one right after the other so that both meet the same machine."""
    answering = seconds(lambda: reply(Question(text, today)))
    return answering, seconds(lambda: embed(text))
