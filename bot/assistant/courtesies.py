"""Thanks, assent and farewells: answered as a person would, and no part of the question they stand beside."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from bot.assistant.conversation import Turn
from knowledge.folding import folded
from prompts import Wording

_FILE = Path(__file__).with_suffix(".yaml")
_NOD, _WAITING = "nod", "waiting"
_AGREEING = ("assent", _NOD)
LONGEST = 60
"""Characters of a message that can be nothing but courtesies."""
_BETWEEN = r"[\s,，.。!！;；、~～…?？^_\-\ufe0f\U0001f3fb-\U0001f3ff]"
"""Between words of courtesy; among them what varies the look of an emoji."""
_SETS_APART = r"(?:\s*[,，.。!！;；、~～…\n]+\s*|\s+(?=[\u4e00-\u9fff]))"
"""Between a courtesy and a question: a mark, or a space before Chinese, where words have none between them."""


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: dict[str, tuple[str, ...]]
    address: str
    particles: str


class Courtesies:
    """What a message says besides asking.

    Args:
        words: as in ``courtesies.yaml``.
        wordings: replies by language.
    """

    def __init__(self, words: _Words, wordings: Mapping[str, Wording]) -> None:
        self._wordings = wordings
        self._kinds = {kind: re.compile("|".join(patterns)) for kind, patterns in words.kinds.items()}
        self._address = re.compile(words.address)
        every = "|".join([*(pattern.pattern for pattern in self._kinds.values()), words.address])
        word = rf"(?:{every})[{words.particles}]*"
        self._whole = re.compile(rf"{_BETWEEN}*(?:{word}{_BETWEEN}*)+")
        self._before = re.compile(rf"(?:{word}{_SETS_APART})+")
        self._behind = re.compile(rf"(?:(?:{_SETS_APART}|(?<=[?？])\s*){word})+{_BETWEEN}*$")

    @classmethod
    @cache
    def load(cls) -> Courtesies:
        """The words as shipped; pydantic.ValidationError names a wrong entry."""
        words = _Words.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
        return cls(words, {language: Wording.load(language) for language in ("zh", "en")})

    def reply(self, message: str, last: Turn | None) -> str:
        """One line in the language of the conversation; empty where a message asks or answers something.

        Args:
            message: as typed.
            last: the turn before, which may have asked something back.
        """
        kind = self.kind(message)
        options, asked = _pending(last.state if last else {})
        if not kind or (kind in _AGREEING and len(options) == 1) or (kind == _NOD and asked):
            return ""
        spoken = f"{message}{last.question if last else ''}"
        language = "en" if spoken.isascii() and any(map(str.isalpha, spoken)) else "zh"
        waiting = kind in _AGREEING and (options or asked)
        return self._wordings[language].say(f"courtesies.reply_{_WAITING if waiting else kind}")

    def kind(self, message: str) -> str:
        """Which courtesy a message is that says nothing else; empty for any other message."""
        text = folded(message).text
        if len(text) > LONGEST or not self._whole.fullmatch(text):
            return ""
        rest = self._address.sub(" ", text)
        return next((kind for kind, pattern in self._kinds.items() if pattern.search(rest)), "")

    def without(self, message: str) -> str:
        """The question of a message; the message as it is where nothing would be left."""
        read = folded(message)
        before = self._before.match(read.text)
        start = before.end() if before else 0
        behind = self._behind.search(read.text, start)
        end = behind.start() if behind else len(read.text)
        if not any(character.isalnum() for character in read.text[start:end]):
            return message
        first, last = read.original_span(start, end)
        return message[first:last]


def _pending(memory: Mapping[str, Any]) -> tuple[Sequence[str], bool]:
    """The choices that the last answer offered, and whether whoever gave it keeps that something was ``asked``."""
    kept = memory.get("kept", {}).get(memory.get("latest"), {})
    return memory.get("options", ()), bool(kept.get("asked"))
