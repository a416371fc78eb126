"""Calls that are no use of the command: explained in Chinese, with the next step, exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import VERSION
from tests.cli.conftest import Policybot


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Nothing here needs any state."""
    return tmp_path / "untouched"


def test_help_is_chinese_and_touches_nothing(policybot: Policybot, home: Path) -> None:
    for arguments in ((), ("--help",), ("stats",), ("stats", "import", "--help"), ("knowledge", "--help")):
        run = policybot(*arguments)
        assert (run.code, run.err) == (0, "")
        assert run.out.startswith("用法：policybot")
        assert "Usage" not in run.out
    assert not home.exists()


def test_version(policybot: Policybot) -> None:
    assert policybot("--version").out == f"{VERSION}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ask",), "缺少 问题"),
        (("aks", "x"), "没有这个命令"),
        (("ask", "--jsn", "x"), "--json"),
        (("ask", "-x", "问题"), "--"),
        (("ask", "x", "--as", "king"), "public、enterprise、official、steward、admin"),
        (("ask", "x", "--as"), "--as"),
        (("batch", "no-such-file.jsonl", "out.jsonl"), "no-such-file.jsonl"),
        (("batch", "a", "b", "c"), "多出了参数"),
        (("stats", "import", "no-such-file.xlsx"), "no-such-file.xlsx"),
        (("stats", "import"), "缺少 FILE"),
        (("stats", "revert", "first"), "IMPORT_ID"),
        (("stats", "template", "no/such/folder/t.xlsx"), "no/such/folder"),
        (("knowledge", "drop"), "没有这个命令"),
        (("eval", "no-such-file.jsonl"), "no-such-file.jsonl"),
        (("bench", "everything"), "answer、cold、index、cmrc"),
        (("bench", "cmrc", "--cmrc", "no-such-file.json"), "no-such-file.json"),
    ],
)
def test_a_wrong_call_says_what_is_wrong_and_ends_with_2(
    policybot: Policybot, home: Path, arguments: tuple[str, ...], words: str
) -> None:
    run = policybot(*arguments)
    assert (run.code, run.out) == (2, "")
    assert words in run.err
    assert "Error" not in run.err
    assert not (home / "policybot.sqlite3").exists()


def test_a_bad_setting_ends_any_command_before_it_begins(policybot: Policybot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_TIMEOUT", "forever")
    run = policybot("ask", "营收")
    assert (run.code, run.out) == (2, "")
    assert "LLM_TIMEOUT" in run.err
    assert "forever" in run.err


def test_a_batch_may_not_overwrite_its_own_input(policybot: Policybot, tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"q": "x"}\n', encoding="utf-8")
    run = policybot("batch", str(path), str(path))
    assert run.code == 2
    assert path.read_text(encoding="utf-8") == '{"q": "x"}\n'
