"""When two written names are the same name."""

from __future__ import annotations

from functools import lru_cache

from knowledge.folding import fold


@lru_cache(maxsize=65_536)
def spelling_key(text: str) -> str:
    """The text as names are compared: folded (width, script, case) and without any white space."""
    return fold(text).replace(" ", "")
