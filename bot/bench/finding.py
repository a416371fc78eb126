"""Building the index and finding passages, beside the limits they are held to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from bot.bench.answers import read_questions
from bot.bench.measured import Measured
from knowledge.types import Library
from retrieval.benchmark import Quality, measure_quality, measure_speed
from retrieval.types import Encoder

MOST_TIMES_EMBEDDING_PASSAGES = 1.3
LEAST_R1 = 0.982
LEAST_MRR10 = 0.988


def index_speed(library: Library, encoder: Encoder) -> Iterator[Measured]:
    """Building the documents' index over embedding its passages alone, and searching over embedding the question."""
    speed = measure_speed(library, encoder, read_questions()["policy"])
    yield Measured("index.embedding", speed.embed_passages_s, "s")
    yield Measured("index.building", speed.build_s, "s")
    yield Measured("index.build", speed.build_ratio, "x", MOST_TIMES_EMBEDDING_PASSAGES)
    yield Measured("index.search", speed.search_ratio, "x")


def retrieval_quality(path: Path, encoder: Encoder, progress: Callable[[int, int], None]) -> Iterator[Measured]:
    """Finding the paragraph of each question of CMRC 2018, and that fusion finds more than either half alone.

    Raises:
        retrieval.benchmark.BenchmarkError: the file cannot be used.
    """
    quality = measure_quality(path, encoder, progress)
    yield from _halves("dense", quality.dense)
    yield from _halves("bm25", quality.lexical)
    yield Measured("cmrc.r1", quality.fused.r1, "", LEAST_R1, at_least=True)
    yield Measured("cmrc.mrr10", quality.fused.mrr10, "", LEAST_MRR10, at_least=True)
    better = quality.fused.r1 - max(quality.dense.r1, quality.lexical.r1)
    yield Measured("cmrc.gain", better, "", 0.0, at_least=True)


def _halves(name: str, quality: Quality) -> Iterator[Measured]:
    yield Measured(f"cmrc.{name}.r1", quality.r1, "")
    yield Measured(f"cmrc.{name}.mrr10", quality.mrr10, "")
