"""What the title or the name of a sheet says of all its values: the indicator or the cluster they are of."""

from __future__ import annotations

from collections.abc import Sequence

from stats_tools.catalogue import Indicator
from stats_tools.importing.headings import Heading, HeadingReader, Role
from stats_tools.importing.reference import Reference
from stats_tools.spelling import spelling_key
from stats_tools.types import Cluster

_SHORTEST_NAME = 2


def indicator_in_titles(texts: Sequence[str], headings: HeadingReader, reference: Reference) -> Heading | None:
    """The one indicator that the titles and the sheet's name speak of, with its unit; None for none or several.

    A text that is a heading is read as one; in a longer one the longest names count (主营业务收入 is not 收入), and a
    text about growth, plans or single quarters tells nothing.
    """
    found: dict[str, Heading] = {}
    for text in texts:
        heading = headings.read([text])
        if heading.role is Role.INDICATOR and heading.indicator is not None:
            found.setdefault(heading.indicator.code, heading)
        elif heading.role is Role.UNKNOWN and not _is_about_something_else(text, reference):
            for indicator in _named(text, reference):
                named = Heading(Role.INDICATOR, text, indicator, headings.unit_in(text))
                found.setdefault(indicator.code, named)
    return next(iter(found.values())) if len(found) == 1 else None


def _is_about_something_else(text: str, reference: Reference) -> bool:
    key = spelling_key(text)
    layout = reference.layout
    return any(word in key for word in (*layout.comparison_words, *layout.single_quarter_words))


def _named(text: str, reference: Reference) -> list[Indicator]:
    """The indicators whose names stand in a text, those inside a longer name left out."""
    key = spelling_key(text)
    names = [
        (spelling_key(name), indicator)
        for indicator in reference.catalogue.indicators
        for name in indicator.names
        if len(name) >= _SHORTEST_NAME
    ]
    found = []
    for name, indicator in sorted(names, key=lambda each: -len(each[0])):
        if name in key:
            key = key.replace(name, "\n")
            found.append(indicator)
    return found


def cluster_in_titles(texts: Sequence[str], reference: Reference) -> Cluster | None:
    """The one cluster that is the whole of a title (after a colon) or of the sheet's name; None for none or several.

    Where none is, the one whose name stands within a title (烟台生物医药产业集群2022年二季度运行情况).
    """
    names = reference.registry.names
    said = [spelling_key(text).rpartition(":")[2] for text in texts]
    named = (names.resolve(text, candidates=False).cluster for text in said if not names.city(text))
    found = {cluster.code: cluster for cluster in named if cluster} or _clusters_within(said, reference)
    return next(iter(found.values())) if len(found) == 1 else None


def _clusters_within(texts: Sequence[str], reference: Reference) -> dict[str, Cluster]:
    return {
        cluster.code: cluster
        for cluster in reference.registry.clusters
        for name in (cluster.name, cluster.short_name)
        if any(spelling_key(name) in text for text in texts)
    }
