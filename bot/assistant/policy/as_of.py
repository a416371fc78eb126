"""On which day a question is to be judged: 2021年6月时……, 按2021年的规定……, as of 2021-06."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.assistant.policy.lexicon import LexiconError
from knowledge.folding import fold

FILE = Path(__file__).with_name("as_of.yaml")


class _Rows(BaseModel):
    model_config = ConfigDict(extra="forbid")

    patterns: list[str]


def day_to_judge(question: str) -> tuple[str, date | None]:
    """The question without the words that name the day it is to be judged on, and that day, if it names one."""
    text = fold(question)
    for pattern in _patterns():
        found = pattern.search(text)
        rest = (text[: found.start()] + text[found.end() :]).strip(" ,，") if found else ""
        if found and rest:
            parts = found.groupdict()
            month, day = parts.get("month"), parts.get("day")
            try:
                return rest, date(int(parts["year"]), int(month or 12), int(day or (1 if month else 31)))
            except ValueError:
                continue
    return question, None


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    try:
        rows = _Rows.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
        return tuple(re.compile(pattern) for pattern in rows.patterns)
    except (yaml.YAMLError, ValidationError, re.error) as error:
        raise LexiconError(f"{FILE.name}: {error}") from error
