"""Names of clusters and places that are not ours, found before a figure of another is shown for them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stats_tools.registry import Registry
from stats_tools.understanding.cues import Asked
from stats_tools.understanding.entities import EntityReader
from stats_tools.understanding.passage import Kind, Passage, Token, normal
from stats_tools.understanding.problems import Problem, ProblemKind, UnreadableError

_SHORTEST_NAME = 2
"""Characters of a word that may be the name of a cluster."""
_AFTER_CITY = re.compile(f"{Kind.CITY.value}(?P<name>[\u4e00-\u9fff]{{1,14}})")


class UnknownNames:
    """Tells a name of ours from one that a further word sets apart.

    Args:
        registry: the registered clusters.
        entities: knows the words around names.
    """

    def __init__(self, registry: Registry, entities: EntityReader) -> None:
        self._registry = registry
        self._entities = entities
        kind = entities.language.kind.pattern
        self._named_kind = re.compile(f"(?P<name>[\u4e00-\u9fff]{{1,14}}?)(?P<kind>{kind})")
        self._run = re.compile("[\u4e00-\u9fff]+")

    def reject(self, passage: Passage, asked: Asked) -> None:
        """Raise for names of places or clusters that are not ours, before a figure of another is shown for them."""
        for token in passage.tokens(Kind.ELSEWHERE):
            run = self._run.match(passage.text, token.end)
            raise self.error(token.text + (self._until_stop(passage, token.end) if run else ""))
        content = self._entities.language.content
        rest = asked.rest
        for match in self._named_kind.finditer(rest):
            said = match["name"].rpartition("的")[2]
            before = _city_text(passage, rest, match.start()) if said == match["name"] else ""
            if len(content(said)) >= (1 if before and len(said) > 1 else _SHORTEST_NAME):
                # 集群 follows at once: what ends like a word that means nothing (太阳能) is the name all the same.
                raise self.error(before + self._entities.language.trimmed(said, behind=False) + match["kind"])
        self._reject_after_city(passage, rest)
        self._reject_before_name(passage)

    def _reject_after_city(self, passage: Passage, rest: str) -> None:
        """Any word with content right after a city sets its name apart from ours, whatever field follows it."""
        name = self.name(passage, rest)
        if name:
            raise self.error(name)
        for city, field, further in _successive(passage, Kind.CITY, Kind.SECTOR, Kind.SECTOR):
            if city.end == field.start and field.end == further.start:
                raise self.error(passage.text[city.start : further.end])

    def name(self, passage: Passage, rest: str) -> str:
        """The name of a cluster that is not ours, after one of our cities or with one of our fields; empty without one.

        Args:
            passage: with its entities marked.
            rest: its skeleton, as far as no cue has explained it.
        """
        language = self._entities.language
        for match in _AFTER_CITY.finditer(rest):
            said = match["name"]
            content = language.content(said)
            if not content or not said.startswith(content[0]):
                continue
            index = rest[: match.start() + 1].count(Kind.CITY.value) - 1
            return self._named_after(passage, passage.tokens(Kind.CITY)[index], said)
        return self._named_before_field(passage)

    def _named_before_field(self, passage: Passage) -> str:
        """A word, a field and 集群 in one breath, without a city ("动力装备集群")."""
        language = self._entities.language
        for field in passage.tokens(Kind.SECTOR):
            kind = language.kind.match(passage.text, field.end)
            start = self._run_start(passage, field.start)
            written = passage.text[start : field.start]
            content = language.content(written)
            if kind and len(content) >= _SHORTEST_NAME and written.endswith(content[-1]):
                return language.trimmed(written) + passage.text[field.start : kind.end()]
        return ""

    def _run_start(self, passage: Passage, end: int) -> int:
        """Where the unexplained Chinese text that ends here begins."""
        start = end
        while start > 0 and passage.free(start - 1, start) and self._run.match(passage.text[start - 1]):
            start -= 1
        return start

    def _named_after(self, passage: Passage, city: Token, said: str) -> str:
        """City and name as written, with the field and the word for a cluster that may follow."""
        end = city.end + len(said)
        fields = {token.start: token for token in passage.tokens(Kind.SECTOR, Kind.COMPONENT, Kind.CLUSTER)}
        while end in fields:
            end = fields[end].end
        if end == city.end + len(said):
            trimmed = self._entities.language.trimmed(said)
            return city.text + (trimmed if len(trimmed) > 1 else said)
        kind = self._entities.language.kind.match(passage.text, end)
        return passage.text[city.start : kind.end() if kind else end]

    def _reject_before_name(self, passage: Passage) -> None:
        """A name written right after another word, as in 苏北新型功能材料, is not ours."""
        for token in passage.tokens(Kind.CLUSTER, Kind.COMPONENT):
            if any(normal(city.name) in token.text for city in self._registry.dimensions.cities):
                continue
            start = self._run_start(passage, token.start)
            written = passage.text[start : token.start]
            if written in self._entities.language.naming and any(c.end == start for c in passage.tokens(Kind.CITY)):
                raise self.error(passage.text[start : token.end])
            content = self._entities.language.content(written)
            if len(content) >= 2 and passage.text[start : token.start].endswith(content[-2:]):
                raise self.error(content + token.text)

    def _until_stop(self, passage: Passage, start: int) -> str:
        run = self._run.match(passage.text, start)
        text = run[0] if run else ""
        kind = self._entities.language.kind.search(text)
        return text[: kind.end()] if kind else ""

    def error(self, said: str) -> UnreadableError:
        """The problem to raise for an unknown name, with the nearest of ours."""
        near = tuple(each.short_name for each in self._registry.names.nearest(said))
        return UnreadableError(Problem(ProblemKind.UNKNOWN_CLUSTER, {"said": said, "names": near}))


def _successive(passage: Passage, *kinds: Kind) -> Iterable[tuple[Token, ...]]:
    """Runs of recognised spans of these kinds, one after the other."""
    tokens = passage.tokens()
    for start in range(len(tokens) - len(kinds) + 1):
        run = tokens[start : start + len(kinds)]
        if all(token.kind is kind for token, kind in zip(run, kinds, strict=True)):
            yield run


def _city_text(passage: Passage, rest: str, position: int) -> str:
    """The city right before a place in the skeleton, or nothing."""
    if position and rest[position - 1] == Kind.CITY.value:
        index = rest[:position].count(Kind.CITY.value) - 1
        return passage.tokens(Kind.CITY)[index].text
    return ""
