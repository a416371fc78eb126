"""A question with letters for what has found its meaning, as the patterns of the language file read it."""

from __future__ import annotations

from collections.abc import Iterable

from stats_tools.understanding.passage import Kind, Passage, normal

_LETTERS = {Kind.CLUSTER: "C", Kind.COMPONENT: "C", Kind.CITY: "C", Kind.PERIOD: "P"}


class Skeleton:
    """A question in which what has found its meaning is replaced by a letter; each word is taken once."""

    def __init__(self, passage: Passage) -> None:
        text = passage.text
        for token in sorted(passage.tokens(*_LETTERS), key=lambda each: -each.start):
            text = text[: token.start] + _LETTERS[token.kind] + text[token.end :]
        self.text = text

    def take(self, word: str, letter: str) -> bool:
        """Whether a word occurs; a letter then stands in its place."""
        key = normal(word)
        if key not in self.text:
            return False
        self.text = self.text.replace(key, letter)
        return True

    def take_any(self, words: Iterable[str], letter: str) -> bool:
        """Whether any of the words occurs; each that does is taken."""
        taken = [self.take(word, letter) for word in words]
        return any(taken)
