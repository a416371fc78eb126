"""One message may hold several questions, or an answer to a question back; this takes it apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

_RULES_FILE = Path(__file__).with_name("planner.yaml")
_WHITE = re.compile(r"\s+")
_COMMA = re.compile("[，,]")


class _Mixed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    policy: str
    matter: str


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    metric_strength: float = Field(ge=0, le=1)
    enders: str
    connectors: tuple[str, ...]
    leaning: str
    question_cues: tuple[str, ...]
    question_openers: tuple[str, ...]
    mixed: _Mixed
    choices: dict[int, tuple[str, ...]]
    assent: tuple[str, ...]
    choice_filler: tuple[str, ...]


@dataclass(frozen=True)
class MessageRules:
    """How messages are taken apart, from ``planner.yaml``.

    Args:
        metric_strength: least strength, 0 to 1, at which a reading counts as a statistics question.
    """

    metric_strength: float
    _enders: re.Pattern[str]
    _leaning: re.Pattern[str]
    _cues: re.Pattern[str]
    _choices: dict[str, int]
    _assent: frozenset[str]
    _filler: re.Pattern[str]
    _policy: re.Pattern[str]
    _matter: str

    @classmethod
    def load(cls, path: Path = _RULES_FILE) -> MessageRules:
        """Read the rules file; pydantic.ValidationError names a wrong key."""
        rules = _Rules.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        connectors = "|".join(map(re.escape, rules.connectors))
        return cls(
            metric_strength=rules.metric_strength,
            _enders=re.compile(f"(?<=[{re.escape(rules.enders)}])|(?=(?:{connectors}))"),
            _leaning=re.compile(rules.leaning),
            _cues=re.compile(
                "|".join([*map(_cue, rules.question_cues), _opening(rules.question_openers)]), re.IGNORECASE
            ),
            _choices={word: number for number, words in rules.choices.items() for word in words},
            _assent=frozenset(rules.assent),
            _filler=re.compile("|".join(map(re.escape, sorted(rules.choice_filler, key=len, reverse=True)))),
            _policy=re.compile(rules.mixed.policy, re.IGNORECASE),
            _matter=rules.mixed.matter,
        )

    def asks(self, text: str) -> bool:
        """Whether the text holds a question of its own."""
        return bool(self._cues.search(text)) or text.rstrip().endswith(("?", "？"))

    def questions(self, message: str) -> tuple[str, ...]:
        """The questions of a message, in order; statements between them go with the question that follows."""
        found: list[str] = []
        carried = ""
        for part in self._enders.split(message):
            carried += part
            if self.asks(part):
                found.append(carried.strip())
                carried = ""
        rest = carried.strip()
        if rest and found:
            found[-1] = f"{found[-1]}{rest}"
        return tuple(found) or ((message.strip(),) if message.strip() else ())

    def chain(self, part: str) -> tuple[str, ...]:
        """A part cut at its commas before the pieces at its end that lean on what is before them; one without any."""
        pieces = _COMMA.split(part)
        count = len(pieces)
        while count > 1 and self._leaning.fullmatch(pieces[count - 1].strip()):
            count -= 1
        return ("，".join(pieces[:count]), *pieces[count:])

    def halves(self, part: str) -> tuple[tuple[str, str], ...]:
        """A part cut in two at each comma where both sides ask, one of them of documents: the rest, and that side."""
        cuts = ((part[: comma.start()], part[comma.end() :]) for comma in _COMMA.finditer(part))
        asking = [(first, second) for first, second in cuts if self.asks(first) and self.asks(second)]
        ordered = ((a, b) for first, second in asking for a, b in ((first, second), (second, first)))
        return tuple((rest, self._about(policy)) for rest, policy in ordered if self._policy.search(policy))

    def _about(self, policy: str) -> str:
        return policy if self._matter[-2:] in policy else f"{self._matter}{policy}"

    def choice(self, text: str, options: Sequence[str]) -> str | None:
        """The option a short reply means: by number, by words that one option alone has, or yes to the only one."""
        reply = _WHITE.sub("", text).strip("。.！!")
        if len(options) == 1 and reply.lower() in self._assent:
            return options[0]
        number = self._choices.get(reply)
        if number is not None:
            return options[number - 1] if number <= len(options) else None
        named = self._filler.sub("", reply)
        meant = [option for option in options if named and named in option]
        return meant[0] if len(meant) == 1 else None


def _opening(openers: Sequence[str]) -> str:
    words = "|".join(map(re.escape, openers))
    return rf"(?:^|[,.;:，。；：]|\band\b|\bso\b)\s*(?:{words})\b"


def _cue(cue: str) -> str:
    return rf"\b{cue}\b" if cue.isascii() else re.escape(cue)
