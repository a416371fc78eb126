"""What is written about the program is what the program does."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

import pytest

from bot import VERSION
from bot.settings import variables
from prompts import Wording

ROOT = Path(__file__).parents[1]
PRODUCT = ("bot", "knowledge", "retrieval", "stats_tools", "prompts")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    specification = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_the_example_file_is_the_one_the_settings_write(generator: ModuleType) -> None:
    assert text(".env.example") == generator.example_file(), "run `make docs`"


def test_the_example_file_and_the_settings_name_the_same_variables() -> None:
    assert re.findall(r"^# ([A-Z_]+)=", text(".env.example"), re.MULTILINE) == list(variables())


def test_the_configuration_page_is_the_one_the_settings_write(generator: ModuleType) -> None:
    assert text("docs/configuration.md") == generator.configuration_page(), "run `make docs`"


def test_every_setting_has_its_remedy_and_no_remedy_lacks_a_setting() -> None:
    remedies = {
        key.removeprefix("cli.setting_").upper() for key in Wording.load().keys if key.startswith("cli.setting_")
    }
    assert remedies - {"UNUSABLE", "MISSING_OR_HIDDEN"} == set(variables())


def test_every_setting_is_read_by_something() -> None:
    sources = [path for package in PRODUCT for path in (ROOT / package).rglob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    unread = [f for f in variables().values() if not re.search(rf"(settings|loaded|self)(\(\))?\.{f}\b", code)]
    assert not unread


def test_the_commands_page_is_the_one_the_program_writes(generator: ModuleType) -> None:
    assert text("docs/commands.md") == generator.commands_page(), "run `make docs`"


@pytest.mark.parametrize("path", ["README.md", "README.zh-CN.md", "docs/architecture.md", "docs/configuration.md"])
def test_documents_name_only_commands_that_exist(generator: ModuleType, path: str) -> None:
    commands = {name.split()[1] for name in generator.command_pages() if " " in name}
    named = set(re.findall(r"(?:`|\$ |bin/)policybot ([a-z]+)", text(path)))
    assert named <= commands


@pytest.mark.parametrize("path", ["README.md", "README.zh-CN.md"])
def test_the_transcript_is_what_the_program_prints(generator: ModuleType, path: str, transcript: str) -> None:
    readme = text(path)
    assert generator.BLOCK.search(readme)
    assert readme == generator.with_transcript(readme, transcript), "run `make docs`"


@pytest.fixture(scope="module")
def transcript(generator: ModuleType) -> str:
    return str(generator.transcript())


def test_the_newest_entry_of_the_changelog_is_this_version() -> None:
    newest = re.search(r"^## (\S+)", text("CHANGELOG.md"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == VERSION


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=~\[; ]", line)[0].lower() for line in requirements}


def dependencies() -> set[str]:
    return names(tomllib.loads(text("pyproject.toml"))["project"]["dependencies"])


def test_every_dependency_says_why_it_is_here_and_what_it_replaces() -> None:
    table = text("docs/architecture.md").partition("## Dependencies")[2]
    explained = {
        name.strip()
        for row in re.findall(r"^\| ([^|]+) \|[^|]+\|[^|]+\|$", table, re.MULTILINE)
        for name in row.split(",")
    }
    assert explained - {"package", "---"} == dependencies()


def test_every_dependency_is_used() -> None:
    sources = [path for package in PRODUCT for path in (ROOT / package).rglob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    imported = set(re.findall(r"^\s*(?:from|import) (\w+)", code, re.MULTILINE))
    distributions = packages_distributions()
    used = {name.lower().replace("_", "-") for module in imported for name in distributions.get(module, ())}
    # torch is named for its upper bound alone; sentence-transformers is what imports it.  The time zones of tzdata are
    # read by the standard library.
    assert dependencies() - {"torch", "tzdata"} <= used


def test_every_dependency_is_pinned_for_installs() -> None:
    pinned = {line.partition("==")[0].lower().replace("_", "-") for line in text("constraints.txt").splitlines()}
    extras = tomllib.loads(text("pyproject.toml"))["project"]["optional-dependencies"].values()
    assert dependencies().union(*map(names, extras)) <= pinned


@pytest.mark.parametrize("path", ["README.md", "README.zh-CN.md", "docs/architecture.md"])
def test_links_and_make_targets_lead_somewhere(path: str) -> None:
    folder = (ROOT / path).parent
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text(path)) if "://" not in link]
    assert all((folder / link).exists() for link in links)
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", text(path))) <= targets
