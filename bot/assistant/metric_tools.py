"""The tools for figures: a typed query in, an exact result out, what may not be read left out below any model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.assistant.access import Principal
from bot.assistant.metric_phrasing import MetricWords, status_of
from bot.assistant.toolbox import Circumstances, Tool
from bot.assistant.types import Evidence, Outcome, Status
from prompts import Wording
from stats_tools.metric_query import MetricQuery
from stats_tools.operations.observations import Observations, Viewer
from stats_tools.operations.run import UnitMismatchError, UnknownNameError, run_query
from stats_tools.operations.sources import Definitions, Sources

_MOST_NAMES = 40

Opens = Callable[[Viewer], Observations]
"""The observations as somebody may read them."""


def viewer_of(principal: Principal, query: MetricQuery | None = None) -> Viewer:
    """What a principal may read, and as of the day the query asks for."""
    return Viewer(principal.sees_unpublished, principal.cities, query.as_known_on if query else None)


@dataclass(frozen=True, slots=True)
class MetricTools:
    """The tools over one set of definitions.

    Args:
        definitions: the definition files.
        opens: the observations as somebody may read them.
        wording: the messages.
    """

    definitions: Definitions
    opens: Opens
    wording: Wording

    def query_metric(self, query: MetricQuery, circumstances: Circumstances) -> Outcome:
        """The figures a query asks for."""
        viewer = viewer_of(circumstances.principal, query)
        try:
            result = run_query(query, Sources(self.definitions, self.opens(viewer)), circumstances.today)
        except UnknownNameError as error:
            return self._unknown_name(error)
        except UnitMismatchError as error:
            told = {"said": error.said, "indicator": error.indicator, "unit": error.unit}
            return Outcome(status=Status.ERROR, message=self.wording.say("metric.problem_unit_mismatch", **told))
        words = MetricWords(self.wording)
        evidence = (Evidence("figure", words.evidence(result)),)
        message = "" if result.found else "\n".join(words.say(finding) for finding in result.findings)
        return Outcome(value=result, evidence=evidence, status=status_of(result), message=message)

    def _unknown_name(self, error: UnknownNameError) -> Outcome:
        kind = self.wording.say(f"metric.kind_{error.kind}")
        known = "、".join(error.known[:_MOST_NAMES])
        message = self.wording.say("metric.unknown_name", name=error.name, kind=kind, known=known)
        return Outcome(status=Status.ERROR, message=message)


def metric_tools(definitions: Definitions, opens: Opens, wording: Wording) -> list[Tool[MetricQuery]]:
    """The tools for figures.

    Args:
        definitions: the definition files.
        opens: the observations as somebody may read them, e.g. a new ``ObservationReader`` for each viewer.
        wording: the messages.
    """
    tools = MetricTools(definitions, opens, wording)
    indicators = "；".join(f"{each.code}={each.name}（{each.unit}）" for each in definitions.catalogue.everything)
    targets = "；".join(f"{each.code}={each.name}" for each in definitions.targets)
    description = wording.say("metric.tool_query_metric", indicators=indicators, targets=targets)
    return [Tool("query_metric", description, MetricQuery, tools.query_metric)]
