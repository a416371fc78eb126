"""The three sheets that compute: weights, scores by indicator, and the ranking, joined by formulas."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.reports.evaluation_words import SEPARATOR, EvaluationWords, row
from stats_tools.reports.evaluation import ALIKE, HIGHEST, Evaluated, Evaluation
from stats_tools.reports.evaluation_rules import Dimension, ScoredIndicator
from stats_tools.styled_workbook import Formula, StyledCell, StyledSheet

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _column(place: int) -> str:
    """The letters of a column counted from 0."""
    first, last = divmod(place, len(_LETTERS))
    return (_LETTERS[first - 1] if first else "") + _LETTERS[last]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where on the sheets things stand; rows are counted from 1, as formulas count them.

    Args:
        evaluation: what is laid out.
        scored: dimension and indicator of each column of scores.
        above: rows above the first table of every sheet: title, mark, state of the figures, remark.
    """

    evaluation: Evaluation
    scored: tuple[tuple[Dimension, ScoredIndicator], ...]
    above: int

    @classmethod
    def of(cls, evaluation: Evaluation) -> Layout:
        """The layout of an evaluation."""
        scored = tuple((dimension, each) for dimension in evaluation.rules.dimensions for each in dimension.indicators)
        return cls(evaluation, scored, 4 if evaluation.sample else 3)

    @property
    def first(self) -> int:
        """The first row below the head of a table that begins a sheet."""
        return self.above + 2

    def dimension_row(self, place: int) -> int:
        """Row of a dimension on the sheet of weights."""
        return self.first + place

    def indicator_row(self, place: int) -> int:
        """Row of a scored indicator on the sheet of weights, below the dimensions, an empty row and a head."""
        return self.first + len(self.evaluation.rules.dimensions) + 2 + place

    def value_row(self, place: int) -> int:
        """Row of a cluster's figures on the sheet of scores, where the name of the block stands for the remark."""
        return self.first + place

    def score_row(self, place: int) -> int:
        """Row of a ranked cluster's scores, below all figures, an empty row, the name of the block and a head."""
        return self.first + len(self.evaluation.clusters) + 3 + place


def weights_sheet(words: EvaluationWords, layout: Layout) -> StyledSheet:
    """Weights as settings to be changed, with their shares as formulas."""
    rules = words.evaluation.rules
    rows = [*words.head("sheet_weights", words.say("weights_note"))]
    rows.append(row([words.say(key) for key in ("dimension", "weight", "share", "basis")], "head"))
    first, last = layout.dimension_row(0), layout.dimension_row(len(rules.dimensions) - 1)
    whole = sum((each.weight for each in rules.dimensions), Decimal(0))
    for place, dimension in enumerate(rules.dimensions):
        share = Formula(f"=B{layout.dimension_row(place)}/SUM(B${first}:B${last})", dimension.weight / whole)
        cells = [StyledCell(dimension.weight, "setting"), StyledCell(share, "percent"), StyledCell(dimension.basis)]
        rows.append([StyledCell(dimension.name), *cells])
    keys = ("dimension", "weight", "share", "basis", "indicator", "measure")
    rows += [[], row([words.say(key) for key in keys], "head")]
    ends = layout.indicator_row(0), layout.indicator_row(len(layout.scored) - 1)
    for place, (dimension, scored) in enumerate(layout.scored):
        at = layout.indicator_row(place)
        text = f"=B{at}/SUMIF(A${ends[0]}:A${ends[1]},A{at},B${ends[0]}:B${ends[1]})"
        inside = sum((each.weight for each in dimension.indicators), Decimal(0))
        name = words.definitions.catalogue.get(scored.indicator).name
        cells = [StyledCell(scored.weight, "setting"), StyledCell(Formula(text, scored.weight / inside), "percent")]
        measure = words.say(f"measure_{scored.measure.value}")
        rows.append([StyledCell(dimension.name), *cells, *row([scored.basis, name, measure])])
    return StyledSheet(words.say("sheet_weights"), rows, (14, 10, 10, 70, 18, 12))


def scores_sheet(words: EvaluationWords, layout: Layout) -> StyledSheet:
    """Figures of all clusters, and below them the scores of the ranked ones as formulas over those figures."""
    clusters, ranked = words.evaluation.clusters, words.evaluation.ranked
    heads = [words.say("cluster"), *(_heading(words, layout, place) for place in range(len(layout.scored)))]
    rows = [*words.head("sheet_scores"), row([words.say("values_block")], "plain"), row(heads, "head")]
    for each in clusters:
        figures = [
            StyledCell(part.amount.value, "number") if part.amount else StyledCell(words.wording.say("report.missing"))
            for part in each.inputs
        ]
        rows.append([StyledCell(each.cluster.short_name), *figures])
    rows += [[], row([words.say("scores_block")], "plain"), row(heads, "head")]
    for place, each in enumerate(ranked):
        rows.append([StyledCell(each.cluster.short_name), *_scores(layout, each, place)])
    end = _column(len(layout.scored))
    scale = f"B{layout.score_row(0)}:{end}{layout.score_row(max(len(ranked) - 1, 0))}"
    widths = (24, *[16] * len(layout.scored))
    return StyledSheet(words.say("sheet_scores"), rows, widths, (0, 1), [scale] if ranked else [])


def _heading(words: EvaluationWords, layout: Layout, place: int) -> str:
    dimension, scored = layout.scored[place]
    parts = [each.inputs[place] for each in words.evaluation.clusters]
    definition = words.definitions.catalogue.get(scored.indicator)
    unit = next((part.amount.unit for part in parts if part.amount), definition.unit)
    facts = {"dimension": dimension.name, "indicator": definition.name, "measure": words.measure(parts[0])}
    return words.say("column", **facts, unit=unit)


def _scores(layout: Layout, each: Evaluated, place: int) -> list[StyledCell]:
    """The scores of one ranked cluster; the ranked come first, so that their figures are one range."""
    cells = []
    for number, part in enumerate(each.inputs):
        column = _column(number + 1)
        first, last = layout.value_row(0), layout.value_row(len(layout.evaluation.ranked) - 1)
        all_ = f"{column}${first}:{column}${last}"
        own = f"{column}{layout.value_row(place)}"
        share = f"({own}-MIN({all_}))*{HIGHEST}/(MAX({all_})-MIN({all_}))"
        text = f"=IF(MAX({all_})=MIN({all_}),{ALIKE},{share})"
        cells.append(StyledCell(Formula(text, part.score or Decimal(0)), "number"))
    return cells


def results_sheet(words: EvaluationWords, layout: Layout) -> StyledSheet:
    """The ranking, the best first, then the clusters that are not ranked with what they lack."""
    rules, ranked = words.evaluation.rules, words.evaluation.ranked
    names = [dimension.name for dimension in rules.dimensions]
    heads = [*(words.say(key) for key in ("rank", "cluster", "total")), *names]
    heads += [words.say(key) for key in ("rank_range", "usual", "candidate", "signals")]
    rows = [*words.head("title", words.say("results_note")), row(heads, "head")]
    for place, each in enumerate(ranked):
        rows.append([*_totals(words, layout, each, place), *_firmness(words, each)])
    for each in words.evaluation.clusters[len(ranked) :]:
        blanks = [StyledCell(None)] * (len(names) + 4)
        rows.append([*row([words.say("not_ranked"), each.cluster.name]), *blanks, StyledCell(words.lacking(each))])
    end = _column(2 + len(names))
    scale = f"C{layout.first}:{end}{layout.first + max(len(ranked) - 1, 0)}"
    widths = (8, 30, 10, *[10] * len(names), 14, 14, 10, 60)
    return StyledSheet(words.say("sheet_results"), rows, widths, (layout.first - 1, 2), [scale] if ranked else [])


def _totals(words: EvaluationWords, layout: Layout, each: Evaluated, place: int) -> list[StyledCell]:
    at, rules = layout.first + place, words.evaluation.rules
    weights, scores = words.say("sheet_weights"), words.say("sheet_scores")
    dimensions = []
    for dimension in rules.dimensions:
        parts = [
            f"'{scores}'!{_column(number + 1)}{layout.score_row(place)}*'{weights}'!$C${layout.indicator_row(number)}"
            for number, (own, _) in enumerate(layout.scored)
            if own == dimension
        ]
        dimensions.append(Formula("=" + "+".join(parts), each.dimensions[dimension.code]))
    whole = "+".join(
        f"{_column(3 + number)}{at}*'{weights}'!$C${layout.dimension_row(number)}" for number in range(len(dimensions))
    )
    last = layout.first + len(words.evaluation.ranked) - 1
    rank = Formula(f"=RANK(C{at},C${layout.first}:C${last})", each.rank or 0)
    total = Formula(f"={whole}", each.total or Decimal(0))
    cells = [StyledCell(rank, "whole"), StyledCell(each.cluster.name), StyledCell(total, "number")]
    return [*cells, *(StyledCell(dimension, "number") for dimension in dimensions)]


def _firmness(words: EvaluationWords, each: Evaluated) -> list[StyledCell]:
    ranks = each.ranks
    told = ""
    if ranks is not None:
        key = "range_one" if ranks.best == ranks.worst else "range_two"
        facts = {"best": ranks.best} if ranks.best == ranks.worst else {"best": ranks.best, "worst": ranks.worst}
        told = words.say(key, **facts)
    usual = StyledCell(ranks.usual if ranks else None, "percent")
    candidate = words.say("is_candidate") if each.is_candidate else ""
    signals = SEPARATOR.join(words.signal(signal) for signal in each.signals)
    return [StyledCell(told), usual, StyledCell(candidate), StyledCell(signals)]
