"""A conversation on the terminal: lines in, answers out, until the person leaves."""

from __future__ import annotations

import json
from collections.abc import Callable

from bot.assistant.types import Answer
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
    """

    def __init__(self, start: Callable[[], Asker], view: TerminalView, wording: Wording, read_line: LineReader) -> None:
        self._start = start
        self._ask = start()
        self._view = view
        self._wording = wording
        self._read_line = read_line
        self._last: Answer | None = None
        self._choices: tuple[str, ...] = ()
        self._commands: dict[str, Callable[[], None]] = {
            "/help": lambda: self._say("help"),
            "/explain": self._explain,
            "/clear": self._clear,
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
        if line in self._commands:
            self._commands[line]()
        elif line.startswith("/"):
            self._say("unknown_command", command=line.split()[0])
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
        self._last = self._ask(text)
        self._choices = self._last.options or self._last.suggestions
        self._view.show(self._last)

    def _explain(self) -> None:
        if self._last is None:
            self._say("nothing_to_explain")
            return
        self._view.say("\n".join(explanation(self._last, self._wording)))

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
