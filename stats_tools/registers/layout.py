"""What is known about the layout of register workbooks, and the words of those the product writes."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from stats_tools.definition_files import FOLDER, read_definition
from stats_tools.spelling import spelling_key


class RegisterLayout(BaseModel):
    """The words of the layout file; see there for their meaning."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    standing_header: str
    standing_headers: frozenset[str]
    withdrawn_words: frozenset[str]
    standing_words: frozenset[str]
    value_separators: str
    heading_noise: tuple[str, ...]
    instructions_sheet: str
    lists_sheet: str
    period_title: str
    instructions: tuple[str, ...]
    required_mark: str
    provenance_sheet: str
    provenance_headers: tuple[str, ...]
    source_header: str
    period_header: str
    remark_header: str
    sample_remark: str

    @classmethod
    def load(cls, path: Path = FOLDER / "register_layout.yaml") -> Self:
        """Read the layout file; raises DefinitionError where it is wrong."""
        return read_definition(path, cls)

    def names_standing(self, heading: str) -> bool:
        """Whether a folded heading is that of the column that says whether rows still stand."""
        return heading in {spelling_key(word) for word in self.standing_headers}

    def standing(self, text: str) -> bool | None:
        """What such a cell says: True for standing, False for withdrawn, None for neither."""
        key = spelling_key(text)
        if not key or key in {spelling_key(word) for word in self.standing_words}:
            return True
        return False if key in {spelling_key(word) for word in self.withdrawn_words} else None

    @cached_property
    def separators(self) -> re.Pattern[str]:
        """Between several values of one cell."""
        return re.compile(self.value_separators)
