"""Help pages in Chinese: the same parts typer writes, with our own headings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from typer.core import TyperCommand, TyperGroup

from bot.cli.words import say

Row = tuple[str, str]


class Command(TyperCommand):
    """A command whose help page is Chinese."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, description, arguments and options."""
        formatter.write(help_page(self, ctx))


class Group(TyperGroup):
    """A group of commands whose help page is Chinese."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, description, options and commands."""
        formatter.write(help_page(self, ctx))


def help_page(command: Command | Group, context: Any) -> str:
    """The help page of a command as plain text, ending in a line break."""
    parameters = command.get_params(context)
    arguments = [_row(p) for p in parameters if p.param_type_name == "argument"]
    options = [_row(p) for p in parameters if p.param_type_name == "option" and p.name != "help"]
    options.append(("--help", say("help_help")))
    commands: list[Row] = []
    if isinstance(command, Group):
        commands = [
            (name, (found.help or "").splitlines()[0]) for name, found in command.commands.items() if not found.hidden
        ]
    sections = [(say("help_arguments"), arguments), (say("help_commands"), commands), (say("help_options"), options)]
    head = [usage_line(command, context), "", command.help or ""]
    return (
        "\n".join([*head, *(line for title, rows in sections if rows for line in ("", title, *_aligned(rows)))]) + "\n"
    )


def usage_line(command: Any, context: Any) -> str:
    """How a command is called, on one line."""
    pieces = [_argument(p) for p in command.get_params(context) if p.param_type_name == "argument"]
    if isinstance(command, Group):
        pieces = [say("help_command_metavar")]
    return say("help_usage", usage=" ".join([context.command_path, *pieces, say("help_options_metavar")]))


def _argument(parameter: Any) -> str:
    name = str(parameter.metavar or parameter.name)
    many = f"{name}…" if parameter.nargs == -1 else name
    return many if parameter.required else f"[{many}]"


def _row(parameter: Any) -> Row:
    if parameter.param_type_name == "argument":
        return _argument(parameter), str(parameter.help or "")
    names = " / ".join([", ".join(parameter.opts), *parameter.secondary_opts])
    takes = f" {parameter.metavar or parameter.name.upper()}" if not parameter.is_flag else ""
    return names + takes, str(parameter.help or "")


def _aligned(rows: Sequence[Row]) -> list[str]:
    width = max(cell_len(name) for name, _ in rows)
    return [f"  {name}{' ' * (width - cell_len(name))}  {text}".rstrip() for name, text in rows]
