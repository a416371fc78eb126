"""A call that typer cannot understand, explained in Chinese with the next step."""

from __future__ import annotations

from typing import Any

from typer import TyperException

from bot.cli.help_pages import usage_line
from bot.cli.words import say


def usage_message(error: TyperException) -> str:
    """What is wrong with the call, how the command is called, and where its help is."""
    context: Any = getattr(error, "ctx", None)
    if context is None:
        return say("usage_wrong", problem=_problem(error), help="policybot --help")
    problem = f"{_problem(error)}\n{usage_line(context.command, context)}"
    return say("usage_wrong", problem=problem, help=f"{context.command_path} --help")


def _problem(error: TyperException) -> str:
    # The classes of these errors are private to typer; their attributes and names are what there is to go by.
    facts: Any = error
    match type(error).__name__:
        case "NoSuchOption":
            close = "、".join(facts.possibilities or ())
            hint = say("usage_close", close=close) if close else ""
            return say("usage_no_such_option", option=facts.option_name, hint=hint)
        case "MissingParameter":
            return say("usage_missing", parameter=_name(facts.param))
        case "BadParameter":
            return say("usage_bad_value", parameter=_name(facts.param))
        case "BadOptionUsage":
            return say("usage_option_needs_value", option=facts.option_name)
    return _unnamed(facts)


def _unnamed(error: Any) -> str:
    """Errors that typer only words: an unknown command, a missing one, too many arguments."""
    commands = getattr(error.ctx.command, "commands", None) if error.ctx else None
    if commands is not None:
        return say("usage_no_such_command", commands="、".join(commands))
    return say("usage_too_many", detail=error.message.rpartition("(")[2].rstrip(")"))


def _name(parameter: Any) -> str:
    if parameter is None:
        return "?"
    return (
        str(parameter.metavar or parameter.name) if parameter.param_type_name == "argument" else str(parameter.opts[-1])
    )
