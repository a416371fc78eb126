"""One reading of many spellings: text folded so that what a person types meets what a document prints."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, cast

# GB 2312 is the simplified repertoire, but it also encodes these characters, which simplified text writes otherwise.
_TRADITIONAL_IN_GB2312 = frozenset("乾吒夥後徵拚捱摺於榘菸薹袷醣麴麽")
# 文号 are typed with any bracket that is at hand; elsewhere round brackets keep their own meaning (numbering, units).
_YEAR_OF_NUMBER = re.compile(r"(?<=[一-鿿])\(((?:19|20)\d{2})\)(?=\d{1,5}号)")
_BRACKETS = str.maketrans("〔〕【】［］〖〗「」『』", "[][][][]“”‘’")


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text that knows where it came from.

    Args:
        text: the folded text.
        origins: for each folded character the index of the character of the original it came from, ascending.
        length: number of characters of the original.
    """

    text: str
    origins: tuple[int, ...]
    length: int

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text behind ``text[start:end]``; a non-empty span stays non-empty.

        Raises:
            IndexError: ``start`` or ``end`` lies outside the folded text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise IndexError(f"no span {start}:{end} in folded text of {len(self.text)} characters")
        if start == end:
            position = self.origins[start] if start < len(self.origins) else self.length
            return position, position
        return self.origins[start], self.origins[end - 1] + 1


def fold(text: str) -> str:
    """The text as all matching in the product sees it; folding twice changes nothing.

    Traditional becomes simplified Chinese (OpenCC t2s), compatibility and full-width forms become plain ones
    (Unicode NFKC, character by character), letters lose case, square-ish brackets 〔〕【】 and the round ones around
    the year of a 文号 become ``[]``, corner quotes become curly ones, control and invisible characters vanish, runs of
    white space become one space, and the ends are stripped. Chinese full stops, commas of enumeration and book-title
    marks stay as they are.
    """
    return folded(text).text


def folded(text: str) -> Folded:
    """Like ``fold``, with the way back to positions in the original text."""
    characters: list[str] = []
    origins: list[int] = []
    for index, character in enumerate(text):
        for piece in _plain(character):
            if piece == " " and (not characters or characters[-1] == " "):
                continue
            characters.append(piece)
            origins.append(index)
    if characters and characters[-1] == " ":
        characters.pop()
        origins.pop()
    plain = _YEAR_OF_NUMBER.sub(r"[\1]", "".join(characters))
    return Folded(_simplified(plain), tuple(origins), len(text))


@lru_cache(maxsize=8192)
def _plain(character: str) -> str:
    """One character without width, case and brackets variants; empty for one that cannot be seen."""
    category = unicodedata.category(character)
    if character.isspace() or category in ("Zs", "Zl", "Zp"):
        return " "
    if category in ("Cc", "Cf", "Cs"):
        return ""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold()).translate(_BRACKETS)
    return "".join(" " if piece.isspace() else piece for piece in plain)


@lru_cache(maxsize=8192)
def _may_be_traditional(character: str) -> bool:
    if not "\u3400" <= character <= "\u9fff" and character < "\U00020000":
        return False
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return character in _TRADITIONAL_IN_GB2312


def _simplified(text: str) -> str:
    """The text in simplified characters, as many of them as before."""
    # Nearly every question and document is simplified already; those never pay for loading the tables.
    if not any(map(_may_be_traditional, text)):
        return text
    convert = _converter().convert
    # A few forms need two steps (薴 → 苧 → 苎); none needs three.
    once = _same_length(text, convert(text))
    return _same_length(once, convert(once))


def _same_length(before: str, after: str) -> str:
    return after if len(after) == len(before) else before


@lru_cache(maxsize=1)
def _converter() -> _Converter:
    from opencc import OpenCC

    return cast(_Converter, OpenCC("t2s"))
