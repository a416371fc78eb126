"""Questions from a JSONL file, answered one by one: a line out for every line in, in order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.answer_json import answer_json
from bot.assistant.access import Principal, Role
from bot.assistant.types import Answer, Paragraph, Question, Status
from bot.cli.surroundings import typed
from bot.cli.words import say
from bot.file_sessions import FileSessions

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class LineError(ValueError):
    """An input line that is no question.

    Args:
        message: for the person, ending in what to do.
        identity: the line's ``id`` where it could be read.
    """

    def __init__(self, message: str, identity: object = "") -> None:
        super().__init__(message)
        self.message = message
        self.identity = identity


@dataclass(frozen=True, slots=True)
class Line:
    """One question of the file."""

    identity: object
    question: str
    session: str
    role: Role


def answer_lines(
    lines: Iterable[bytes], reply: Callable[[Question], Answer], today: date, role: Role
) -> Iterator[tuple[str, Status]]:
    """One JSON line (without line break) and its status for each input line.

    Args:
        lines: of the input file, line breaks included or not.
        reply: answers a question; should know the conversations of this run only, or lines of an earlier run would be
            earlier turns.
        today: the day on which the questions are asked.
        role: of lines that name none.
    """
    sessions = FileSessions()
    for number, raw in enumerate(lines, 1):
        try:
            line = parse_line(raw.removeprefix(BYTE_ORDER_MARK) if number == 1 else raw, role)
        except LineError as error:
            answer, identity = _refused(say("batch_line_wrong", line=number, problem=error.message)), error.identity
        else:
            named = str(line.identity) if isinstance(line.identity, str | int) else ""
            session = sessions.session(named, line.session)
            question = Question(line.question, today, Principal(line.role), session)
            answer, identity = reply(question), line.identity
        yield json.dumps(answer_json(answer, identity), ensure_ascii=False, default=str), answer.status


def parse_line(raw: bytes, role: Role) -> Line:
    """The question of a line; raises LineError."""
    try:
        record = json.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise LineError(say("batch_not_json")) from None
    if not isinstance(record, dict):
        raise LineError(say("batch_not_object"))
    identity = _readable(record.get("id", ""))
    question = record.get("q")
    if not isinstance(question, str):
        raise LineError(say("batch_no_question"), identity)
    session = record.get("session")
    if session is not None and not isinstance(session, str | int):
        raise LineError(say("batch_session"), identity)
    try:
        asked_as = Role(record["as"]) if record.get("as") is not None else role
    except ValueError:
        raise LineError(say("no_such_role", role=_readable(record["as"]), roles="、".join(Role)), identity) from None
    return Line(identity, typed(question), "" if session is None else typed(str(session)), asked_as)


def _readable(value: Any) -> Any:
    return typed(value) if isinstance(value, str) else value


def _refused(message: str) -> Answer:
    return Answer(question="", status=Status.ERROR, blocks=(Paragraph(message),))
