"""A conversation on the terminal: lines in, answers out, until the person leaves."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable

from bot.assistant.feedback import Ballot, Complaint, Vote, cited
from bot.assistant.types import Answer, Status
from bot.channels.terminal import TerminalView
from prompts import Wording

Asker = Callable[[str], Answer]
LineReader = Callable[[str], str]
"""Shows a prompt and returns the next line; raises EOFError where there is none left."""


class TerminalChat:
    """The chat loop.

    Args:
        start: begins a conversation without memory of earlier ones and returns what answers its questions.
        view: where answers appear.
        wording: where the remarks come from.
        read_line: where questions come from.
        ballot: where votes on answers go.
    """

    def __init__(
        self,
        start: Callable[[], Asker],
        view: TerminalView,
        wording: Wording,
        read_line: LineReader,
        ballot: Ballot,
    ) -> None:
        self._ballot = ballot
        self._start = start
        self._ask = start()
        self._view = view
        self._wording = wording
        self._read_line = read_line
        self._last: Answer | None = None
        self._key = ""
        self._choices: tuple[str, ...] = ()
        self._commands: dict[str, Callable[[str], None]] = {
            "/help": lambda _rest: self._say("help"),
            "/explain": lambda _rest: self._explain(),
            "/clear": lambda _rest: self._clear(),
            "/good": lambda _rest: self._rate(helpful=True),
            "/bad": lambda rest: self._rate(helpful=False, rest=rest),
        }

    def run(self) -> None:
        """Greet, then answer line by line until ``/quit``, the end of input or an interrupt."""
        self._say("greeting")
        self._choices = tuple(self._wording.say("assistant.examples").splitlines())
        self._view.say("\n".join(self._view.choices(self._choices)))
        try:
            while (line := self._read_line(self._wording.say("terminal.prompt")).strip()) != "/quit":
                self._take(line)
        except (EOFError, KeyboardInterrupt):
            self._view.say("")
        self._say("goodbye")

    def _take(self, line: str) -> None:
        name, _, rest = line.partition(" ")
        if name in self._commands:
            self._commands[name](rest.strip())
        elif line.startswith("/"):
            self._say("unknown_command", command=name)
        elif line:
            self._answer(line)

    def _answer(self, line: str) -> None:
        text = line
        if line.isdecimal() and self._choices:
            chosen = int(line)
            if not 1 <= chosen <= len(self._choices):
                self._say("no_such_choice", n=chosen, last=len(self._choices))
                return
            text = self._choices[chosen - 1]
        self._last, self._key = self._ask(text), secrets.token_urlsafe(16)
        self._choices = self._last.options or self._last.suggestions
        self._view.show(self._last)

    def _explain(self) -> None:
        if self._last is None:
            self._say("nothing_to_explain")
            return
        self._view.show(self._ask(self._wording.say("explain.request")))
        self._view.say("\n".join(("", *explanation(self._last, self._wording))))

    def _rate(self, helpful: bool, rest: str = "") -> None:
        """Keep a vote on the last answer; ``rest`` may say what was wrong, by number or in words."""
        if self._last is None or self._last.status is not Status.ANSWERED:
            self._say("nothing_to_rate")
            return
        number, _, words = rest.partition(" ")
        numbered = number.isdecimal() and 1 <= int(number) <= len(Complaint)
        reason = list(Complaint)[int(number) - 1] if numbered else Complaint.OTHER if rest else None
        comment = words.strip() if numbered else rest
        self._ballot.rate(
            Vote(
                self._key, self._last.question, self._last.status, cited(self._last.citations), helpful, reason, comment
            )
        )
        if helpful or reason:
            self._say("rated")
            return
        named = [self._wording.say(f"feedback.{each.value}") for each in Complaint]
        self._say("rated_bad", reasons="  ".join(f"{n} {name}" for n, name in enumerate(named, 1)))

    def _clear(self) -> None:
        self._ask = self._start()
        self._last, self._choices = None, ()
        self._say("cleared")

    def _say(self, key: str, **variables: object) -> None:
        self._view.say(self._wording.say(f"terminal.{key}", **variables))


def explanation(answer: Answer, wording: Wording) -> tuple[str, ...]:
    """How an answer came about, line by line: engine and time, then each tool call with its arguments."""
    elapsed = f"{answer.elapsed_ms:.1f}"
    lines = [wording.say("terminal.explained", engine=answer.engine, elapsed=elapsed, status=answer.status.value)]
    for result in answer.tool_calls:
        lines.append(
            wording.say(
                "terminal.explained_call",
                name=result.call.name,
                arguments=json.dumps(dict(result.call.arguments), ensure_ascii=False, default=str),
                result=wording.say("terminal.call_ok" if result.ok else "terminal.call_failed"),
                elapsed=f"{result.elapsed_ms:.1f}",
            )
        )
    return (*lines, *(() if answer.tool_calls else (wording.say("terminal.explained_no_call"),)))
