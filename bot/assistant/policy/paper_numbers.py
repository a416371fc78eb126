"""The 文号 that a question names: which documents carry it, and what is left of the question without it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.folding import fold
from knowledge.types import Document


@dataclass(frozen=True, slots=True)
class PaperNumbers:
    """How 文号 are written in a folded question.

    Args:
        whole: with its year; the group ``number`` is the 文号, as far as it is written out.
        serial: by its last part alone (194号文), the group ``serial``.
    """

    whole: re.Pattern[str]
    serial: re.Pattern[str]

    def without(self, text: str) -> str:
        """The question without them, so that the year in one is not taken for a day."""
        return self.serial.sub(" ", self.whole.sub(" ", text))

    def carriers(self, text: str, documents: Sequence[Document]) -> list[Document]:
        """The documents with a number that the question names."""
        return [document for document in documents if document.number and any(self._named(text, document.number))]

    def unknown(self, text: str, documents: Sequence[Document]) -> str:
        """The first whole number in the question that no document carries; empty where there is none."""
        known = [fold(document.number) for document in documents if document.number]
        written = (found["number"] for found in self.whole.finditer(text))
        return next((number for number in written if not any(_is(number, other) for other in known)), "")

    def _named(self, text: str, number: str) -> Iterator[bool]:
        number = fold(number)
        yield number in text
        yield from (_is(found["number"], number) for found in self.whole.finditer(text))
        yield from (number.endswith(f"]{found['serial']}号") for found in self.serial.finditer(text))


def _is(written: str, number: str) -> bool:
    """Whether a number as it was written, perhaps without its first characters or with words before it, is another."""
    return number.endswith(written) or written.endswith(number)
