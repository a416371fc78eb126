"""The reports that there are, each with what writes it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.reports.evaluation import EvaluationReport
from bot.reports.halfyear import HalfYearReport


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Writers of both reports over the same state."""

    halfyear: HalfYearReport
    evaluation: EvaluationReport
