"""A question taken apart: spans that have found their meaning, and what is left between them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from knowledge.folding import fold

_CHINESE_DIGITS = "一二三四五六七八九零〇○o"
_CHINESE_YEAR = re.compile(
    rf"[一二]{{1}}[{_CHINESE_DIGITS}]{{3}}(?=年|上|下|前|全|末|底|第|到|至)|(?<![{_CHINESE_DIGITS}十])[一二三][零〇○一二三四五六七八九](?=年)"
)
_SPOKEN_YEAR = re.compile(r"[二两]千[零〇]?(?P<tens>[一二三]?十)?(?P<ones>[一二三四五六七八九])?(?=年)")
_DIGITS = str.maketrans(_CHINESE_DIGITS, "1234567890000")
_SHORTEST_PLURAL = 3
"""Letters of a name that an s behind makes a plural of: ``its`` is not several of IT."""
_BETWEEN_CHINESE = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")


class Kind(Enum):
    """What a span is; the value stands for it in the skeleton and, by name, in pattern files."""

    CLUSTER = "\ue000"
    CITY = "\ue001"
    SECTOR = "\ue002"
    LEVEL = "\ue003"
    PERIOD = "\ue004"
    INDICATOR = "\ue005"
    BOUND = "\ue006"
    COMPONENT = "\ue007"
    ELSEWHERE = "\ue008"
    FOREIGN = "\ue009"
    DAY = "\ue00a"
    TARGET = "\ue00b"
    CUE = "\ue00c"
    MOMENT = "\ue00d"


def normal(text: str) -> str:
    """The text as it is read: folded, without spaces that touch Chinese characters, years in digits."""
    joined = _SPOKEN_YEAR.sub(_in_digits, _BETWEEN_CHINESE.sub("", fold(text)))
    return _CHINESE_YEAR.sub(lambda year: year[0].translate(_DIGITS), joined)


def _in_digits(spoken: re.Match[str]) -> str:
    """两千零二十一年 as 2021年."""
    tens, ones = spoken["tens"], spoken["ones"]
    ten = int(tens[:-1].translate(_DIGITS) or 1) if tens else 0
    return str(2000 + 10 * ten + int((ones or "零").translate(_DIGITS)))


def expanded(pattern: str) -> str:
    """A pattern with ``{indicator}``, ``{period}`` … replaced by the characters that stand for such spans."""
    for kind in Kind:
        pattern = pattern.replace("{" + kind.name.lower() + "}", kind.value)
    return pattern


@dataclass(frozen=True, slots=True)
class Token:
    """A span of the passage with its meaning."""

    kind: Kind
    start: int
    end: int
    value: object
    text: str


class Passage:
    """Normalised text with the spans recognised so far; spans never overlap."""

    def __init__(self, text: str) -> None:
        self.text = normal(text)
        self._tokens: list[Token] = []
        self._taken = bytearray(len(self.text))

    def free(self, start: int, end: int) -> bool:
        """Whether nothing has been recognised in the span yet."""
        return start < end and not any(self._taken[start:end])

    def mark(self, kind: Kind, start: int, end: int, value: object) -> Token:
        """Recognise a free span; raises ValueError where it is not free."""
        if not self.free(start, end):
            raise ValueError(f"span {start}:{end} is taken")
        token = Token(kind, start, end, value, self.text[start:end])
        self._tokens.append(token)
        self._taken[start:end] = b"\x01" * (end - start)
        return token

    def drop(self, tokens: Iterable[Token]) -> None:
        """Forget recognised spans, so that something longer can be read there."""
        gone = set(map(id, tokens))
        for token in self._tokens:
            if id(token) in gone:
                self._taken[token.start : token.end] = bytes(token.end - token.start)
        self._tokens = [token for token in self._tokens if id(token) not in gone]

    def tokens(self, *kinds: Kind) -> tuple[Token, ...]:
        """The recognised spans of these kinds (all without any), in the order of the text."""
        chosen = (token for token in self._tokens if not kinds or token.kind in kinds)
        return tuple(sorted(chosen, key=lambda token: token.start))

    def find(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Non-empty matches of a pattern in the text that lie in free spans."""
        return (match for match in pattern.finditer(self.text) if self.free(*match.span()))

    def skeleton(self) -> Skeleton:
        """The text with one character for every recognised span."""
        characters: list[str] = []
        origins: list[int] = []
        position = 0
        for token in self.tokens():
            characters += self.text[position : token.start]
            origins += range(position, token.start)
            characters.append(token.kind.value)
            origins.append(token.start)
            position = token.end
        characters += self.text[position:]
        origins += range(position, len(self.text))
        return Skeleton("".join(characters), tuple(origins))


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Text with one character a recognised span; ``origins`` gives each character's place in the passage."""

    text: str
    origins: tuple[int, ...]


class NameIndex:
    """Finds the longest known names in a passage.

    Args:
        names: name -> meaning; names are normalised here.
    """

    def __init__(self, names: Mapping[str, object]) -> None:
        self._meanings = {normal(name): meaning for name, meaning in names.items()}
        self._longest: dict[str, int] = {}
        for name in self._meanings:
            self._longest[name[0]] = max(self._longest.get(name[0], 0), len(name))

    @property
    def names(self) -> Iterable[str]:
        """All names, normalised."""
        return self._meanings.keys()

    def mark(self, passage: Passage, kind: Kind | Callable[[object], Kind]) -> None:
        """Mark every free occurrence, from the left, the longest name first; the kind may depend on the meaning."""
        text, position = passage.text, 0
        while position < len(text):
            name = self._at(passage, position)
            if name:
                meaning = self._meanings[name]
                chosen = kind if isinstance(kind, Kind) else kind(meaning)
                passage.mark(chosen, position, position + len(name), meaning)
            position += len(name) or 1

    def _at(self, passage: Passage, position: int) -> str:
        text = passage.text
        for length in range(min(self._longest.get(text[position], 0), len(text) - position), 0, -1):
            name = text[position : position + length]
            if (
                name in self._meanings
                and passage.free(position, position + length)
                and whole_word(text, position, name)
            ):
                return name
        return ""


def whole_word(text: str, start: int, name: str) -> bool:
    """False where an English name begins or ends inside a longer word."""
    end = start + len(name)
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    plural = after == "s" and len(name) >= _SHORTEST_PLURAL
    return not (_latin(name[0]) and _latin(before)) and not (_latin(name[-1]) and _latin(after) and not plural)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()
