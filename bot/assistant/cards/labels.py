"""Which 集群 is meant, where a question about applying or rewards fits several labels."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.assistant.policy.lexicon import LexiconError
from bot.assistant.specialists import Memory, PartPlan
from bot.assistant.types import Plan, Question, Status
from knowledge.folding import fold
from prompts import Wording

_BARE_ASKS = "是什么"
FILE = Path(__file__).with_name("labels.yaml")


class _Rows(BaseModel):
    model_config = ConfigDict(extra="forbid")

    bare: re.Pattern[str]
    labels: tuple[str, ...]


class WhichCluster:
    """Asks back which kind of cluster is meant; a specialist of the planner."""

    name = "which_cluster"

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def plan(self, part: str, question: Question, memory: Memory) -> PartPlan | None:
        """The labels as options, each as the same question about it; None where the message says anything else."""
        text, rows = fold(part), _rows()
        found = rows.bare.fullmatch(text)
        if found is None or text != fold(question.text):
            return None
        tail = "" if found["verb"] or found["matter"] else _BARE_ASKS
        start, end = found.span("label")
        options = tuple(text[:start] + label + text[end:] + tail for label in rows.labels)
        asked = Plan(status=Status.CLARIFY, message=self._wording.say("cards.which"), options=options)
        return PartPlan(reply=asked, state=memory.state)


@lru_cache(maxsize=1)
def _rows() -> _Rows:
    try:
        return _Rows.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError, re.error) as error:
        raise LexiconError(f"{FILE.name}: {error}") from error
