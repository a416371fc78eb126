"""Compare SQLite FTS5 with bm25s over the same bigrams; see lexical.md. Needs ``pip install bm25s``.

Usage: ``python docs/measurements/lexical.py ../shared/data/cmrc2018_trial.json``.
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval import lexical

Result = TypeVar("Result")


def timed(call: Callable[[], Result]) -> tuple[Result, float]:
    """The call's result and its duration in seconds."""
    started = time.perf_counter()
    result = call()
    return result, time.perf_counter() - started


def quality(scores: NDArray[np.float64], right: Sequence[int]) -> str:
    """R@1 and MRR@10; ties count against the right passage."""
    own = scores[np.arange(len(right)), right][:, None]
    ranks = (scores >= own).sum(axis=1) - 1
    return f"R@1 {np.mean(ranks < 1):.4f}  MRR@10 {np.mean(np.where(ranks < 10, 1 / (ranks + 1), 0)):.4f}"


def report(name: str, seconds: dict[str, float], scores: NDArray[np.float64], right: Sequence[int]) -> None:
    """One line of the table."""
    spent = "  ".join(f"{what} {1000 * value:.2f} ms" for what, value in seconds.items())
    sys.stdout.write(f"{name:8} {spent}  {quality(scores, right)}\n")


def main(path: Path) -> None:
    """Measure both on the questions and paragraphs of a SQuAD-like file."""
    paragraphs = [p for article in json.loads(path.read_text(encoding="utf-8"))["data"] for p in article["paragraphs"]]
    texts = [str(paragraph["context"]) for paragraph in paragraphs]
    asked = [(str(qa["question"]), i) for i, p in enumerate(paragraphs) for qa in p["qas"] if qa["question"]]
    questions, right = [question for question, _ in asked], [i for _, i in asked]

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "index"
        _, build = timed(lambda: lexical.build(file, texts))
        index = lexical.LexicalIndex(file)
        found, query = timed(lambda: [index.scores(question) for question in questions])
        index.close()
    scores = np.array([[scores.get(i, 0.0) for i in range(len(texts))] for scores in found])
    report("FTS5", {"build": build, "question": query / len(questions)}, scores, right)

    bm25s, imported = timed(lambda: importlib.import_module("bm25s"))
    ranker = bm25s.BM25(k1=1.2, b=0.75)
    _, build = timed(lambda: ranker.index([lexical.tokens(text) for text in texts], show_progress=False))
    found, query = timed(lambda: [ranker.get_scores(lexical.tokens(question)) for question in questions])
    seconds = {"import": imported, "build": build, "question": query / len(questions)}
    report("bm25s", seconds, np.array(found, dtype=np.float64), right)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
