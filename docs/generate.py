"""Rewrites the parts of the documentation that the program itself knows best; ``make docs`` runs it.

``tests/test_docs.py`` compares the same pages with what is committed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from bot.cli.app import build
from bot.cli.help_pages import Group, help_page
from bot.cli.words import say
from bot.settings import CONFIDENTIAL, Settings, variables

ROOT = Path(__file__).parents[1]
COMMANDS = ROOT / "docs" / "commands.md"
CONFIGURATION = ROOT / "docs" / "configuration.md"
EXAMPLE = ROOT / ".env.example"
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
BLOCK = re.compile(r"(?<=<!-- transcript -->\n```console\n).*?(?=```\n<!-- /transcript -->)", re.DOTALL)
"""The part of a README that the program writes."""

TRANSCRIPT = (
    ("ask", "骨干企业可以用哪些直接债务融资工具？"),
    ("ask", "2021年上半年济南信息技术服务集群营收是多少？", "--session", "readme"),
    ("ask", "那青岛轨道交通呢？", "--session", "readme"),
    ("ask", "入选省级集群奖励多少钱？"),
)
"""Calls whose output does not depend on the day, in the order in which the README shows them."""


def example_file() -> str:
    """The text of ``.env.example``."""
    head = "# Settings of policybot. Copy this file to .env and uncomment what you change.\n"
    head += "# Written from bot/settings.py by `make docs`; docs/configuration.md says more.\n"
    return head + "".join(_example_entries())


def _example_entries() -> Iterator[str]:
    for variable, field in variables().items():
        described = textwrap.fill(_description(field), 118, initial_indent="# ", subsequent_indent="# ")
        yield f"\n{described}\n# {variable}={_default(field)}\n"


def configuration_page() -> str:
    """The text of ``docs/configuration.md``."""
    rows = "".join(
        f"| `{variable}` | {f'`{_default(field)}`' if _default(field) else ''} | {_description(field)} | "
        f"{say(f'setting_{field}')} |\n"
        for variable, field in variables().items()
    )
    return f"""# Configuration

Written from `bot/settings.py` by `make docs`. A variable of the environment wins over the same name in a file `.env` in
the working directory; a name given no value counts as not set. A value that cannot be used ends the command with exit
code 2 and a line that names the variable, the value and the remedy. Values of {_listed(CONFIDENTIAL)} are
never repeated in messages.

| variable | default | meaning | 怎么填 |
|---|---|---|---|
{rows}"""


def _listed(names: frozenset[str]) -> str:
    return " and ".join(f"`{name}`" for name in sorted(names))


def _description(field: str) -> str:
    return str(Settings.model_fields[field].description)


def _default(field: str) -> str:
    default: Any = Settings.model_fields[field].default
    return str(default.get_secret_value() if hasattr(default, "get_secret_value") else default)


def commands_page() -> str:
    """The text of ``docs/commands.md``."""
    pages = "".join(f"\n## {name}\n\n```text\n{page}```\n" for name, page in command_pages().items())
    return f"""# Commands

Written from the program's own help by `make docs`. Exit codes: 0 answered or done, 1 error, 2 usage, 3 not found,
4 denied, 5 needs clarification, 130 interrupted. With `--json` nothing but JSON goes to standard output; progress and
messages go to standard error. `.venv/bin/policybot` is the command after `make run`.
{pages}"""


def command_pages() -> dict[str, str]:
    """Help pages by command, e.g. ``policybot stats import``, in the order of the help."""
    return dict(_pages(typer.main.get_command(build()), "policybot", None))


def _pages(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:
    context = typer.Context(command, info_name=name.rpartition(" ")[2], parent=parent)
    yield name, help_page(command, context)
    if isinstance(command, Group):
        for child, found in command.commands.items():
            yield from _pages(found, f"{name} {child}", context)


def transcript() -> str:
    """The README's calls and what they print, run in an empty home with the sample."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"POLICYBOT_HOME": home, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
        return "\n".join(_called(arguments, environment) for arguments in TRANSCRIPT)


def _called(arguments: tuple[str, ...], environment: dict[str, str]) -> str:
    command = [sys.executable, "-m", "bot", *arguments]
    done = subprocess.run(command, env=environment, cwd=environment["POLICYBOT_HOME"], capture_output=True, check=False)
    shown = " ".join(word if word.isascii() else f'"{word}"' for word in map(str, arguments))
    return f"$ policybot {shown}\n{done.stdout.decode()}"


def with_transcript(readme: str, block: str) -> str:
    """The README with its transcript replaced."""
    return BLOCK.sub(lambda _: block, readme)


def main() -> None:
    """Write every generated page."""
    EXAMPLE.write_text(example_file(), encoding="utf-8")
    CONFIGURATION.write_text(configuration_page(), encoding="utf-8")
    COMMANDS.write_text(commands_page(), encoding="utf-8")
    block = transcript()
    for path in READMES:
        path.write_text(with_transcript(path.read_text(encoding="utf-8"), block), encoding="utf-8")


if __name__ == "__main__":
    main()
