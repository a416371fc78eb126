"""Messages as data: what a wrong file does at load, and that code and files know the same keys."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from prompts import Wording, WordingError

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "knowledge", "prompts", "retrieval", "stats_tools")
WORDING = Wording.load()
DECLARED = {
    f"{path.stem}.{key}": set(entry.get("variables", ())) if isinstance(entry, dict) else set()
    for path in (ROOT / "prompts" / "zh").glob("*.yaml")
    for key, entry in yaml.safe_load(path.read_text(encoding="utf-8")).items()
}

KEY_LIKE = re.compile(r"(?:[a-z0-9_.|*\\]|\(\?:|\))+")
"""Patterns of keys; a channel's own ``say`` takes text."""


def wording_of(folder: Path, content: str) -> Wording:
    (folder / "zh").mkdir()
    (folder / "zh" / "t.yaml").write_text(content, encoding="utf-8")
    return Wording.load(folder=folder)


class TestFiles:
    def test_a_plain_message_is_said_as_it_is(self, tmp_path: Path) -> None:
        assert wording_of(tmp_path, "hello: 您好。").say("t.hello") == "您好。"

    def test_variables_are_filled_in(self, tmp_path: Path) -> None:
        wording = wording_of(tmp_path, "found: {text: '找到{n}条，{n}条都有效。', variables: [n]}")
        assert wording.say("t.found", n=3) == "找到3条，3条都有效。"

    def test_braces_in_a_value_are_left_alone(self, tmp_path: Path) -> None:
        assert wording_of(tmp_path, "a: {text: '{x}', variables: [x]}").say("t.a", x="{y}") == "{y}"

    @pytest.mark.parametrize(
        "content",
        [
            "found: '找到{n}条'",
            "found: {text: '找到{n}条'}",
            "found: {text: '找到若干条', variables: [n]}",
            "found: {text: '找到{n}条', variables: [m]}",
            "found: {text: '找到{n条', variables: [n]}",
            "found: {text: 7}",
            "found: {text: 好, variables: n}",
            "found: [好]",
            "found: {text: 好, in_chat: 7}",
            "found: {text: '找到{n}条', variables: [n], in_chat: '找到{m}条'}",
            "found: {",
            "",
        ],
    )
    def test_a_message_that_does_not_fit_its_declaration_stops_the_program_at_load(
        self, tmp_path: Path, content: str
    ) -> None:
        with pytest.raises(WordingError):
            wording_of(tmp_path, content)

    def test_who_has_no_command_line_is_told_what_to_do_in_the_chat(self, tmp_path: Path) -> None:
        empty = "empty: {text: '{file}是空的，请运行 list。', variables: [file], in_chat: 文件是空的，请重新发送。}"
        at_the_terminal = wording_of(tmp_path, f"{empty}\nhello: 您好。")
        in_chat = Wording.load(folder=tmp_path, in_chat=True)
        assert at_the_terminal.say("t.empty", file="a.csv") == "a.csv是空的，请运行 list。"
        assert in_chat.say("t.empty", file="a.csv") == "文件是空的，请重新发送。"
        assert in_chat.say("t.hello") == "您好。"

    def test_a_language_without_files_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(WordingError, match="'fr'"):
            Wording.load("fr", tmp_path)

    @pytest.mark.parametrize(("key", "variables"), [("t.no", {}), ("t.a", {}), ("t.a", {"x": 1, "y": 2})])
    def test_an_unknown_key_or_other_variables_are_refused(
        self, tmp_path: Path, key: str, variables: dict[str, object]
    ) -> None:
        with pytest.raises(WordingError):
            wording_of(tmp_path, "a: {text: '{x}', variables: [x]}").say(key, **variables)


AT_THE_TERMINAL = ("cli", "cli_registers", "terminal", "evaluation", "documents")
"""Topics that the command line alone speaks of."""
OF_THE_TERMINAL = re.compile(r"policybot|命令行|(?<![\w-])--[a-z]|\.env\b")
IN_CHAT = Wording.load(in_chat=True)


@pytest.mark.parametrize("key", sorted(key for key in IN_CHAT.keys if key.partition(".")[0] not in AT_THE_TERMINAL))
def test_nobody_in_a_chat_is_told_what_only_a_command_line_can_do(key: str) -> None:
    said = IN_CHAT.say(key, **dict.fromkeys(IN_CHAT.variables(key), "…"))
    assert not OF_THE_TERMINAL.search(said)


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


TREES = tuple(trees())


def pattern(node: ast.expr) -> str | None:
    """The regular expression of a string expression; None where nothing of it is written in the code."""
    match node:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.JoinedStr(values=parts):
            return "".join(pattern(part) or ".*" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            choices = [pattern(one), pattern(other)]
            return None if None in choices else f"(?:{'|'.join(map(str, choices))})"
    return None


def sayings() -> Iterator[tuple[str, ast.Call]]:
    """Every ``say`` or ``_say`` call with the pattern of its key."""
    for path, tree in TREES:
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            written = pattern(node.args[0]) if name in ("say", "_say") else None
            if written and KEY_LIKE.fullmatch(written):
                yield f"{path}:{node.lineno} {written}", node


def meant(written: str) -> set[str]:
    """The keys a pattern may mean; a key without a topic is completed by the wrapper it is said through."""
    return {key for key in WORDING.keys for form in (key, key.partition(".")[2]) if re.fullmatch(written, form)}


SAYINGS = tuple(sayings())


@pytest.mark.parametrize(("place", "call"), SAYINGS, ids=[place for place, _ in SAYINGS])
def test_whatever_the_code_says_is_in_the_files_with_the_same_variables(place: str, call: ast.Call) -> None:
    written = place.partition(" ")[2]
    keys = meant(written)
    assert keys, f"no wording for {written}"
    given = {keyword.arg for keyword in call.keywords}
    if len(keys) == 1 and None not in given:
        assert DECLARED[next(iter(keys))] == given


def mentions() -> tuple[set[str], list[re.Pattern[str]]]:
    """Every string constant of the code, and a pattern for every formatted string with some text of its own."""
    constants: set[str] = set()
    formatted = []
    for _, tree in TREES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                constants.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                written = pattern(node) or ""
                if len(re.sub(r"\.\*|[^a-z_]", "", written.rpartition("\\.")[2])) >= 3:
                    formatted.append(re.compile(written))
    return constants, formatted


def is_joined(name: str, constants: set[str]) -> bool:
    """Whether a key is two words of the code with an underscore between: ``f"{kind}_{way}"``."""
    cuts = [position for position, letter in enumerate(name) if letter == "_"]
    return any(name[:cut] in constants and name[cut + 1 :] in constants for cut in cuts)


def test_every_message_is_said_somewhere() -> None:
    constants, formatted = mentions()
    unsaid = [
        key
        for key in sorted(WORDING.keys)
        for name in [key.partition(".")[2]]
        if not {key, name} & constants
        and not is_joined(name, constants)
        and not any(p.fullmatch(key) or p.fullmatch(name) for p in formatted)
    ]
    assert unsaid == []
