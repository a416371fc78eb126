"""Numbers that Word counts by itself: in no paragraph's text, yet part of the clause as if typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

_WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 9


def chinese(number: int) -> str:
    """A positive number in Chinese numerals, e.g. 十二; the digits where it is above what lists count to."""
    import cn2an

    return str(cn2an.an2cn(number, "low")) if 0 < number < 10_000 else str(number)


def _circled(number: int) -> str:
    return chr(ord("①") + number - 1) if 1 <= number <= 20 else f"({number})"


def _letter(number: int) -> str:
    return chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)


_FORMS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02d}",
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "chineseLegalSimplified": chinese,
    "japaneseCounting": chinese,
    "ideographDigital": chinese,
    "taiwaneseCountingThousand": chinese,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "upperLetter": _letter,
    "lowerLetter": lambda number: _letter(number).lower(),
}
"""Number formats of WordprocessingML (ECMA-376 part 1, 17.18.59); bullets and all others print no number."""


@dataclass(slots=True)
class _Level:
    form: str
    pattern: str
    start: int


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)

    def advance(self, depth: int) -> str:
        """The label of the next paragraph at this depth; deeper levels start over."""
        level = self.levels.get(depth)
        if level is None:
            return ""
        self.counts[depth] = self.counts.get(depth, level.start - 1) + 1
        for deeper in [other for other in self.counts if other > depth]:
            del self.counts[deeper]
        if level.form not in _FORMS:
            return ""
        label = level.pattern
        for above in range(depth + 1):
            other = self.levels.get(above, level)
            number = self.counts.get(above, other.start)
            label = label.replace(f"%{above + 1}", _FORMS.get(other.form, str)(number))
        return label


class WordNumbering:
    """The counters of one document; ``label`` must be asked of its numbered paragraphs in order.

    Args:
        definitions: the root of the numbering part, None where the document has none.
        styles: the root of the styles part.
    """

    def __init__(self, definitions: Any | None, styles: Any) -> None:
        self._lists: dict[str, _List] = {}
        self._styles = {style.get(f"{_WORDS}styleId"): style for style in styles.iter(f"{_WORDS}style")}
        if definitions is not None:
            self._read(definitions)

    def label(self, paragraph: Any) -> str:
        """The number Word prints before this paragraph, empty where it prints none."""
        number = self._reference(paragraph, "numId")
        if number not in self._lists:
            return ""
        depth = self._reference(paragraph, "ilvl") or "0"
        return self._lists[number].advance(int(depth) if depth.isdigit() else 0)

    def _read(self, definitions: Any) -> None:
        shapes = {
            shape.get(f"{_WORDS}abstractNumId"): dict(_levels(shape))
            for shape in definitions.iter(f"{_WORDS}abstractNum")
        }
        shared: dict[str, _List] = {}
        for number in definitions.iter(f"{_WORDS}num"):
            shape = _value(number, "abstractNumId")
            restarted = number.find(f"{_WORDS}lvlOverride") is not None
            # Lists of one shape count on from each other unless one of them says that it starts over.
            counted = _List(shapes.get(shape, {})) if restarted or shape not in shared else shared[shape]
            shared.setdefault(shape, counted)
            self._lists[number.get(f"{_WORDS}numId")] = counted

    def _reference(self, paragraph: Any, name: str) -> str:
        """The value of ``numPr/name`` of the paragraph, else of its style, else of the styles that one is based on."""
        holder: Any | None = paragraph
        for _ in range(_DEEPEST):
            if holder is None:
                return ""
            found = holder.find(f"{_WORDS}pPr/{_WORDS}numPr/{_WORDS}{name}")
            if found is not None:
                return str(found.get(f"{_WORDS}val") or "")
            link = f"{_WORDS}pPr/{_WORDS}pStyle" if holder is paragraph else f"{_WORDS}basedOn"
            above = holder.find(link)
            holder = self._styles.get(above.get(f"{_WORDS}val")) if above is not None else None
        return ""


def _levels(shape: Any) -> Iterator[tuple[int, _Level]]:
    for level in shape.iter(f"{_WORDS}lvl"):
        depth, start = level.get(f"{_WORDS}ilvl") or "", _value(level, "start")
        if depth.isdigit() and int(depth) < _DEEPEST:
            first = int(start) if start.isdigit() else 1
            yield int(depth), _Level(_value(level, "numFmt"), _value(level, "lvlText"), first)


def _value(element: Any, name: str) -> str:
    found = element.find(f"{_WORDS}{name}")
    return "" if found is None else str(found.get(f"{_WORDS}val") or "")
