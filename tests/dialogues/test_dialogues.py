"""Whole conversations as specification: each file beside this one is run through the real assistant, offline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.assistant.access import Principal, Role
from bot.assistant.conversation import MemoryConversations
from bot.assistant.engine import Assistant
from bot.assistant.rendering import plain_text
from bot.assistant.types import Answer, Question, Status
from bot.evaluation.scoring import bare
from bot.settings import Settings

FILES = sorted(Path(__file__).parent.glob("*.txt"))
TODAY = date(2026, 1, 5)
STATUSES = {
    "已答": Status.ANSWERED,
    "请选": Status.CLARIFY,
    "未找到": Status.NOT_FOUND,
    "无权": Status.DENIED,
    "出错": Status.ERROR,
}


@dataclass(frozen=True, slots=True)
class Demand:
    """One line of expectation."""

    line: int
    kind: str
    text: str


@dataclass(slots=True)
class Exchange:
    """A question, in whose role it is asked, and what its answer is held to."""

    line: int
    question: str
    role: Role
    demands: list[Demand] = field(default_factory=list)


def _quoted(answer: Answer, text: str) -> bool:
    beginnings = [level.strip() for level in text.split(">")]
    return any(
        len(citation.section) >= len(beginnings)
        and all(level.startswith(start) for level, start in zip(citation.section, beginnings, strict=False))
        for citation in answer.citations
    )


def _cents(value: Decimal) -> Decimal:
    return round(value, 2)


CHECKS: dict[str, Callable[[Answer, str], bool]] = {
    "答": lambda answer, text: bare(text) in bare(plain_text(answer.blocks)),
    "无": lambda answer, text: bare(text) not in bare(plain_text(answer.blocks)),
    "引": _quoted,
    "数": lambda answer, text: _cents(Decimal(text)) in {_cents(figure.value) for figure in answer.figures},
    "选": lambda answer, text: any(text in option for option in answer.options),
    "荐": lambda answer, text: any(text in suggestion for suggestion in answer.suggestions),
    "果": lambda answer, text: answer.status is STATUSES[text],
}


def read_dialogue(path: Path) -> list[Exchange]:
    """The exchanges of a file; anything that is no line of the format is an error."""
    exchanges: list[Exchange] = []
    role = Role.PUBLIC
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, separator, text = line.partition("：")
        assert separator, f"{path.name}:{number}: not a line of a dialogue"
        if kind == "身份":
            role = Role(text.strip())
        elif kind == "问":
            exchanges.append(Exchange(number, text, role))
        else:
            assert kind in CHECKS, f"{path.name}:{number}: unknown kind {kind}"
            assert bare(text), f"{path.name}:{number}: nothing to look for"
            exchanges[-1].demands.append(Demand(number, kind, text.strip()))
    return exchanges


@pytest.fixture(scope="module")
def assistant(shared_home: Path) -> Assistant:
    from bot.bootstrap import build_assistant

    return build_assistant(Settings(policybot_home=shared_home), MemoryConversations())


def _unmet(exchange: Exchange, answer: Answer) -> Iterator[str]:
    demands = exchange.demands
    if not any(demand.kind == "果" for demand in demands):
        demands = [Demand(exchange.line, "果", "已答"), *demands]
    for demand in demands:
        if not CHECKS[demand.kind](answer, demand.text):
            yield f"line {demand.line}: {demand.kind}：{demand.text}"


def test_there_are_dialogues() -> None:
    assert len(FILES) >= 6
    assert all(len(read_dialogue(path)) >= 2 for path in FILES)
    assert all(exchange.demands for path in FILES for exchange in read_dialogue(path))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_the_dialogue_goes_as_written(path: Path, assistant: Assistant) -> None:
    failures = []
    for exchange in read_dialogue(path):
        answer = assistant.answer(Question(exchange.question, TODAY, Principal(exchange.role), session=path.stem))
        unmet = list(_unmet(exchange, answer))
        if unmet:
            shown = plain_text(answer.blocks)
            failures.append(f"问：{exchange.question}\n" + "\n".join(unmet) + f"\n[{answer.status}] {shown}")
    assert not failures, "\n\n".join(failures)
