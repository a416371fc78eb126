"""``ask``, ``chat`` and ``batch``."""

from __future__ import annotations

import importlib
import sys
import uuid
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

from typer import Argument, Option

from bot.cli.failures import CommandError, ExitCode, complain, exit_code
from bot.cli.interrupts import no_interrupt_lost
from bot.cli.surroundings import principal, settings, today, typed, write_json
from bot.cli.words import say, wording

if TYPE_CHECKING:
    from bot.channels.terminal_chat import LineReader

RoleOption = Annotated[str | None, Option("--as", metavar="ROLE", help=say("help_as"))]
JsonOption = Annotated[bool, Option("--json", help=say("help_json"))]

_STANDARD_INPUT = Path("-")
"""Given for a file, as commands that read pipes take it."""


def ask(
    question: Annotated[list[str], Argument(metavar=say("metavar_question"), help=say("help_question"))],
    as_json: JsonOption = False,
    role: RoleOption = None,
    session: Annotated[str, Option("--session", metavar="ID", help=say("help_session"))] = "",
    explain: Annotated[bool, Option("--explain", help=say("help_explain"))] = False,
) -> int:
    """Answer one question and return the exit code of its status."""
    from bot.answer_json import answer_json, explanation_json
    from bot.assistant.conversation import MemoryConversations
    from bot.assistant.types import Question
    from bot.cli.ready import ready_assistant

    asker = principal(role)
    # An explanation is a second turn; without a session both are forgotten with the process.
    memory = MemoryConversations() if explain and not session else None
    thread = typed(session) or ("explained" if explain else "")
    assistant = ready_assistant(settings(), memory)
    answer = assistant.answer(Question(typed(" ".join(question)), today(), asker, thread))
    workings = assistant.answer(Question(wording().say("explain.request"), today(), asker, thread)) if explain else None
    if as_json:
        write_json(answer_json(answer) | ({"explanation": explanation_json(workings)} if workings else {}))
    else:
        from bot.channels.terminal import TerminalView

        view = TerminalView(wording())
        view.show(answer)
        if workings is not None:
            view.say("")
            view.show(workings)
    return exit_code(answer.status)


def chat(
    role: RoleOption = None,
    session: Annotated[str, Option("--session", metavar="ID", help=say("help_chat_session"))] = "",
) -> int:
    """Talk until the person leaves."""
    from bot.assistant.types import Answer, Question
    from bot.channels.terminal import TerminalView
    from bot.channels.terminal_chat import Asker, TerminalChat
    from bot.cli.ready import ready_assistant
    from bot.database.feedback import Feedback
    from bot.state import open_database_of

    asker = principal(role)
    loaded = settings()
    assistant = ready_assistant(loaded)
    names = iter((typed(session),) if session else ())

    def start() -> Asker:
        name = next(names, "") or f"terminal:{uuid.uuid4()}"

        def reply(text: str) -> Answer:
            return assistant.answer(Question(typed(text), today(), asker, name))

        return reply

    database = open_database_of(loaded)
    TerminalChat(start, TerminalView(wording()), wording(), _line_reader(), Feedback(database)).run()
    database.close()
    return ExitCode.ANSWERED


def batch(
    questions: Annotated[Path, Argument(metavar="IN.jsonl", help=say("help_batch_in"))],
    answers: Annotated[Path, Argument(metavar="OUT.jsonl", help=say("help_batch_out"))],
    role: RoleOption = None,
) -> int:
    """Answer a file of questions; the exit code tells only whether the file could be worked through."""
    from bot.assistant.conversation import MemoryConversations
    from bot.assistant.types import Status
    from bot.cli.batch import answer_lines
    from bot.cli.ready import ready_assistant

    asker = principal(role)
    _check_files(questions, answers)
    assistant = ready_assistant(settings(), MemoryConversations())
    done = failed = 0
    with (
        _opened(questions) as lines,
        answers.open("w", encoding="utf-8", newline="\n") as out,
        no_interrupt_lost() as heed,
    ):
        for text, status in answer_lines(lines, assistant.answer, today(), asker.role):
            out.write(text + "\n")
            out.flush()
            done, failed = done + 1, failed + (status is Status.ERROR)
            if done % 100 == 0:
                complain(say("batch_progress", done=done))
            heed()
    complain(say("batch_done", done=done, failed=failed, path=answers))
    return ExitCode.ANSWERED


def _opened(questions: Path) -> AbstractContextManager[BinaryIO]:
    """The lines of a file or a pipe, or those of standard input, which stays open."""
    return nullcontext(sys.stdin.buffer) if questions == _STANDARD_INPUT else questions.open("rb")


def _check_files(questions: Path, answers: Path) -> None:
    if questions != _STANDARD_INPUT and (questions.is_dir() or not questions.exists()):
        raise CommandError(say("no_such_file", path=questions), ExitCode.USAGE)
    if answers.is_dir() or not answers.parent.is_dir():
        raise CommandError(say("not_writable", path=answers), ExitCode.USAGE)
    if questions != _STANDARD_INPUT and answers.exists() and answers.samefile(questions):
        raise CommandError(say("batch_same_file"), ExitCode.USAGE)


def _line_reader() -> LineReader:
    if not sys.stdin.isatty():
        return lambda _prompt: _next_line()
    with suppress(ImportError):
        # Importing it is what gives ``input`` a line to edit and a history.
        importlib.import_module("readline")
    return input


def _next_line() -> str:
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line
