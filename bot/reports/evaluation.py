"""The annual evaluation as a workbook: every score a formula over its inputs, every input with its cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.reports.evaluation_scores import Layout, results_sheet, scores_sheet, weights_sheet
from bot.reports.evaluation_words import EvaluationWords, row
from prompts import Wording
from stats_tools.export import ExportTexts
from stats_tools.office_time import office_clock
from stats_tools.operations.observations import Observations, Viewer
from stats_tools.operations.sources import Definitions, Sources
from stats_tools.reports.evaluation import Evaluation, evaluate
from stats_tools.reports.evaluation_rules import EvaluationRules
from stats_tools.styled_workbook import StyledCell, StyledSheet, write_styled

_METHOD = tuple(f"method_{number}" for number in range(1, 7))


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """Writes the evaluation.

    Args:
        definitions: the definition files.
        opens: the observations as somebody may read them.
        wording: the messages.
    """

    definitions: Definitions
    opens: Callable[[Viewer], Observations]
    wording: Wording

    def write(self, year: int, viewer: Viewer, today: date, path: Path) -> Evaluation:
        """Write the workbook and return what it says.

        Args:
            year: four digits, within the range of periods.
            viewer: for whom it is written.
            today: the day it is made on.
            path: of the file; replaced where it exists.

        Raises:
            NoFiguresError: there is nothing to evaluate in the year.
            OSError: the file cannot be written.
        """
        rules = EvaluationRules.load(self.definitions.catalogue)
        evaluation = evaluate(Sources(self.definitions, self.opens(viewer)), year, rules)
        words = EvaluationWords(self.wording, self.definitions, evaluation, today)
        layout = Layout.of(evaluation)
        sheets = [
            results_sheet(words, layout),
            scores_sheet(words, layout),
            weights_sheet(words, layout),
            _sensitivity(words),
            _watch(words),
            _promotion(words),
            _sources(words),
            _method(words),
        ]
        write_styled(path, sheets, {"title": words.title, "comments": words.mark})
        return evaluation


def _sensitivity(words: EvaluationWords) -> StyledSheet:
    evaluation = words.evaluation
    how = evaluation.rules.sensitivity
    names = {dimension.code: dimension.name for dimension in evaluation.rules.dimensions}
    steps = list(evaluation.ranked[0].ranks.moved) if evaluation.ranked and evaluation.ranked[0].ranks else []
    moved = [words.say("moved", dimension=names[code], change=f"{change:+f}") for code, change in steps]
    heads = [words.say(key) for key in ("cluster", "given")]
    heads += [*moved, *(words.say(key) for key in ("best", "worst", "usual"))]
    note = words.say("sensitivity_note", percent=how.percent, draws=how.draws, seed=how.seed)
    rows = [*words.head("sheet_sensitivity", note), row(heads, "head")]
    for each in evaluation.ranked:
        if each.ranks is None or each.rank is None:
            continue
        places = [each.rank, *(each.ranks.moved[step] for step in steps), each.ranks.best, each.ranks.worst]
        cells = [StyledCell(each.cluster.short_name), *(StyledCell(place, "whole") for place in places)]
        rows.append([*cells, StyledCell(each.ranks.usual, "percent")])
    return StyledSheet(words.say("sheet_sensitivity"), rows, (24, *[10] * (len(heads) - 1)), _below_head(words))


def _below_head(words: EvaluationWords) -> tuple[int, int]:
    """What stays in sight of a sheet with one table: its title, the common rows, a remark and the head of the table."""
    return len(words.top) + 3, 1


def _watch(words: EvaluationWords) -> StyledSheet:
    watch = words.evaluation.rules.watch
    found = [(each, signal) for each in words.evaluation.clusters for signal in each.signals]
    rows = [*words.head("sheet_watch", words.say("watch_note", basis=watch.basis))]
    if found:
        rows.append(row([words.say(key) for key in ("cluster", "ground", "signal")], "head"))
        rows += [row([each.cluster.name, signal.ground, words.signal(signal)]) for each, signal in found]
    else:
        rows.append(row([words.say("watch_none")], "plain"))
    return StyledSheet(words.say("sheet_watch"), rows, (30, 20, 70), _below_head(words) if found else (0, 0))


def _promotion(words: EvaluationWords) -> StyledSheet:
    rules = words.evaluation.rules.promotion
    definition = words.definitions.catalogue.get(rules.growth_of)
    facts = {"basis": rules.basis, "worst": rules.worst_rank, "indicator": definition.name}
    rows = [*words.head("sheet_promotion", words.say("promotion_note", **facts, bound=f"{rules.growth_at_least}%"))]
    chosen = [each for each in words.evaluation.ranked if each.is_candidate]
    if chosen:
        rows.append(row([words.say(key) for key in ("cluster", "level", "rank", "worst_rank", "total")], "head"))
    else:
        rows.append(row([words.say("promotion_none")], "plain"))
    for each in chosen:
        level = words.definitions.registry.level_name(each.cluster.level)
        worst = each.ranks.worst if each.ranks else None
        places = [StyledCell(each.rank, "whole"), StyledCell(worst, "whole"), StyledCell(each.total, "number")]
        rows.append([*row([each.cluster.name, level]), *places])
    if all(each.cluster.level == "national" for each in words.evaluation.clusters):
        rows.append(row([words.say("promotion_provincial")], "note"))
    frozen = _below_head(words) if chosen else (0, 0)
    return StyledSheet(words.say("sheet_promotion"), rows, (36, 16, 16, 20, 20), frozen)


def _sources(words: EvaluationWords) -> StyledSheet:
    texts = ExportTexts.load()
    rows = [row(texts.provenance_headers, "head")]
    registry, catalogue = words.definitions.registry, words.definitions.catalogue
    for each in words.evaluation.observations:
        indicator, held = catalogue.reported(each.key.indicator), each.provenance
        rows.append(
            [
                *row([registry.cluster(each.key.cluster).name, str(each.key.period), indicator.name]),
                StyledCell(each.value, "count" if indicator.whole else "number"),
                *row([indicator.unit, texts.statuses[held.status]]),
                StyledCell(held.revision, "whole"),
                StyledCell(held.import_id, "whole"),
                *row([held.file_name, held.sheet, held.cell, held.uploaded_by]),
                StyledCell(office_clock(held.recorded_at)),
            ]
        )
    return StyledSheet(words.say("sheet_sources"), rows, (30, 9, 18, 12, 8, 9, 7, 9, 24, 12, 9, 14, 20), (1, 1))


def _method(words: EvaluationWords) -> StyledSheet:
    rows = [*words.head("title"), *(row([words.say(key)], "plain") for key in _METHOD), []]
    rows.append(row([words.say("method_sources")], "head"))
    rows += [row([words.file(file)], "plain") for file in words.evaluation.files]
    gaps = [words.gap(each) for each in words.evaluation.missing] or [words.say("gaps_none")]
    rows += [row([line], "plain") for line in gaps]
    return StyledSheet(words.say("sheet_method"), rows, (120,))
