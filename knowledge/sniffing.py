"""What a document says about itself: title, 文号, issuer and dates, as far as the text leaves no doubt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

FILE = Path(__file__).with_name("sniffing.yaml")
_BRACKETS = str.maketrans("[【（(［]】）)］", "〔〔〔〔〔〕〕〕〕〕")
_CHINESE = str.maketrans({"○": "〇", "О": "〇", "元": "一"})
_PLACEHOLDER = re.compile(r"\{(date|number|organ|value)\}")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """One way a document states a value: an expression with the group ``value``, and where it may match.

    Args:
        where: ``head`` a whole line near the top; ``line`` a whole line; ``labelled`` within a line; ``signature`` the
            lines before a line that is a date; ``signature_date`` that line; ``title`` the title; ``text`` anywhere.
    """

    where: Literal["head", "line", "labelled", "signature", "signature_date", "title", "text"]
    pattern: str


Sources = Annotated[tuple[Source, ...], Field(min_length=1)]


class SniffingRules(_Strict):
    """What ``sniffing.yaml`` holds; see there."""

    date: str
    number: str
    organ: str
    value: str
    title: str
    not_title: re.Pattern[str]
    title_lines: Annotated[int, Field(ge=1)]
    longest_title: Annotated[int, Field(ge=10)]
    head_lines: Annotated[int, Field(ge=1)]
    number_from: Sources
    issuer_from: Sources
    region_from: Sources
    issued_from: Sources
    effective_from: Sources
    effective_as_issued: str
    expires_from: Sources
    years: str
    edition: re.Pattern[str]

    def compiled(self, expression: str) -> re.Pattern[str]:
        """The expression with the shared parts filled in; lines are matched one by one or all at once."""
        parts = {name: str(getattr(self, name)) for name in ("date", "number", "organ", "value")}
        return re.compile(_PLACEHOLDER.sub(lambda match: parts[match[1]], expression), re.MULTILINE)


@lru_cache(maxsize=1)
def sniffing_rules() -> SniffingRules:
    """The shipped expressions; ValueError where the file is wrong."""
    return SniffingRules.model_validate(yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a text states about itself.

    Args:
        found: front matter keys with values that are beyond doubt: strings, dates for the keys that are dates.
        doubtful: keys for which the text states several values, none of which is taken.
    """

    found: Mapping[str, str | date] = field(default_factory=dict)
    doubtful: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def sniff(text: str, issued: date | None = None) -> Sniffed:
    """The title, number, issuer and dates a text states, none that it leaves in doubt.

    Args:
        text: the body of a document.
        issued: the day of issue where it is known otherwise; a text may count from it.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    reader = _Reader(sniffing_rules(), lines)
    found: dict[str, str | date] = {}
    doubtful: dict[str, tuple[str, ...]] = {}
    if title := reader.title():
        found["title"] = title
    wanted: dict[str, Callable[[str], str | date | None]] = {
        "number": _number,
        "issuer": _issuer,
        "region": str.strip,
        "issued": day,
        "effective": day,
        "expires": day,
    }
    for key, read in wanted.items():
        values = list(dict.fromkeys(value for text in reader.values(key) if (value := read(text)) is not None))
        if len(values) == 1:
            found[key] = values[0]
        elif values:
            doubtful[key] = tuple(map(str, values))
    _count(reader, found, doubtful, issued)
    return Sniffed(found, doubtful)


def day(text: str) -> date | None:
    """The day a text in digits or Chinese numerals means; None where there is no such day."""
    import cn2an

    parts = [part for part in re.split(r"[年月日.\-/\s]+", text.translate(_CHINESE)) if part]
    try:
        year, month, of_month = (int(part) if part.isdecimal() else int(cn2an.cn2an(part, "smart")) for part in parts)
        return date(year, month, of_month)
    except ValueError:
        return None


def _count(
    reader: _Reader, found: dict[str, str | date], doubtful: dict[str, tuple[str, ...]], issued: date | None
) -> None:
    """Fill in the days a text gives by counting from others; days that contradict each other are doubtful."""
    starts = found.get("effective")
    from_issue = issued or found.get("issued")
    if "effective" not in (*found, *doubtful) and from_issue and reader.says("effective_as_issued"):
        found["effective"] = starts = from_issue
    years = {match["value"] for match in reader.matches("years")}
    if "expires" not in (*found, *doubtful) and isinstance(starts, date) and len(years) == 1:
        found["expires"] = _after(starts, years.pop())
    ends = found.get("expires")
    if isinstance(starts, date) and isinstance(ends, date) and starts > ends:
        doubtful |= {"effective": (str(starts),), "expires": (str(ends),)}
        del found["effective"], found["expires"]


def _after(start: date, years: str) -> date:
    """The last day of so many years that begin on a day."""
    import cn2an

    count = int(years) if years.isdecimal() else int(cn2an.cn2an(years, "smart"))
    # A day that the last year lacks is 29 February, and 28 February ends the term.
    turned = start.replace(year=start.year + count, day=1) + timedelta(days=start.day - 1)
    return turned - timedelta(days=1)


class _Reader:
    def __init__(self, rules: SniffingRules, lines: list[str]) -> None:
        self._rules = rules
        self._lines = lines
        self._head = lines[: rules.head_lines]

    def title(self) -> str:
        """The first lines that together read as a title, without marks; empty where none do."""
        ends = self._rules.compiled(self._rules.title)
        for index, line in enumerate(self._head):
            if not ends.fullmatch(line.lstrip("# ")) or self._rules.not_title.search(line):
                continue
            parts = [line.lstrip("# ")]
            for above in reversed(self._head[max(0, index - self._rules.title_lines) : index]):
                if not self._is_part_of_title(above) or len(above) + len("".join(parts)) > self._rules.longest_title:
                    break
                parts.insert(0, above.lstrip("# "))
            return "".join(parts)
        return ""

    def values(self, key: str) -> Iterator[str]:
        """What the highest ranking source that finds anything finds."""
        for source in getattr(self._rules, f"{key}_from"):
            found = [match["value"].strip() for match in self._from(source)]
            if found:
                yield from found
                return

    def says(self, key: str) -> bool:
        """Whether the text holds the expression under a key."""
        return any(True for _ in self.matches(key))

    def matches(self, key: str) -> Iterator[re.Match[str]]:
        """Where the text holds the expression under a key."""
        return self._rules.compiled(getattr(self._rules, key)).finditer("\n".join(self._lines))

    def _from(self, source: Source) -> Iterable[re.Match[str]]:
        pattern = self._rules.compiled(source.pattern)
        whole: Mapping[str, Callable[[], Iterable[str]]] = {
            "head": lambda: self._head,
            "line": lambda: self._lines,
            "title": lambda: [self.title()],
            "signature": lambda: (organs for organs, _ in self._signatures()),
            "signature_date": lambda: (signed for _, signed in self._signatures()),
        }
        if source.where in whole:
            return [match for line in whole[source.where]() if (match := pattern.fullmatch(line))]
        if source.where == "labelled":
            return [match for line in self._lines for match in pattern.finditer(line)]
        return pattern.finditer("\n".join(self._lines))

    def _signatures(self) -> Iterator[tuple[str, str]]:
        """Authorities, one or more to a line, and the line with the date below them."""
        organs = self._rules.compiled(r"{organ}(?:[\s、]+{organ})*")
        dated = self._rules.compiled(r"[（(]?{date}[）)]?")
        for index, line in enumerate(self._lines):
            if not dated.fullmatch(line):
                continue
            signed: list[str] = []
            for above in reversed(self._lines[:index]):
                if not organs.fullmatch(above):
                    break
                signed.insert(0, above)
            if signed:
                yield "、".join(signed), line

    def _is_part_of_title(self, line: str) -> bool:
        patterns = (self._rules.compiled(expression) for expression in (r"{date}", r"[（(]?{number}[）)]?"))
        return not self._rules.not_title.search(line) and not any(pattern.fullmatch(line) for pattern in patterns)


def _number(text: str) -> str:
    return re.sub(r"[\s年第]", "", text).translate(_BRACKETS)


def _issuer(text: str) -> str:
    return "、".join(part for part in re.split(r"[\s、]+", text) if part)
