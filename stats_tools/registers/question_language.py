"""The words by which questions about registers are told from others, read from a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from stats_tools.definition_files import FOLDER, read_definition


class RegisterLanguage(BaseModel):
    """The patterns and words of the language file; see there for their meaning."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    documents: str
    bound: str
    lookup_documents: str
    standing: str
    counting: str
    listing: str
    rows: str
    targets: str
    progress: str
    overview: str
    plain: str
    divided: str
    dimensions: Mapping[str, tuple[str, ...]]
    follow_up: str
    longest_follow_up: int
    each_by_itself: str
    follow_up_list: str
    follow_up_count: str
    actors: tuple[str, ...]
    register_endings: tuple[str, ...]
    nobody: str
    name_noise: str
    named_inside: str
    shortest_name: int

    @classmethod
    def load(cls, path: Path = FOLDER / "register_language.yaml") -> Self:
        """Read the language file; raises DefinitionError where it is wrong."""
        return read_definition(path, cls)

    def says(self, pattern: str, text: str) -> bool:
        """Whether a text has what a pattern of this file describes."""
        return re.search(getattr(self, pattern), text) is not None
