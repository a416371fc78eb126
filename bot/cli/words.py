"""What the command line says, from ``prompts/zh/cli.yaml``."""

from __future__ import annotations

from functools import cache

from prompts import Wording


@cache
def wording() -> Wording:
    """All messages, read once a process."""
    return Wording.load()


def say(key: str, /, **variables: object) -> str:
    """The message ``cli.<key>`` with its variables filled in."""
    return wording().say(f"cli.{key}", **variables)
