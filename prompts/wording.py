"""Messages as data: one YAML file a topic, one key a message, variables checked when the program starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Self

import yaml

FOLDER = Path(__file__).parent


class WordingError(ValueError):
    """A message file is wrong, or a message was asked for that does not exist or with other variables than declared."""


@dataclass(frozen=True, slots=True)
class Message:
    """One template and the variables it takes."""

    text: str
    variables: frozenset[str]


def _placeholders(key: str, text: str) -> frozenset[str]:
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    except ValueError as error:
        raise WordingError(f"wording {key}: {error}") from error


def _message(key: str, entry: object, in_chat: bool) -> Message:
    """A plain string takes no variables; ``{text, variables}`` declares them and must use exactly those.

    What is said ``in_chat`` may leave out some of them, and stands instead of the text where there is no command line.
    """
    text, declared, chat = (entry, [], None) if isinstance(entry, str) else (None, [], None)
    if isinstance(entry, Mapping):
        text, declared, chat = entry.get("text"), entry.get("variables", []), entry.get("in_chat")
    if not isinstance(text, str) or not isinstance(declared, list) or not isinstance(chat, str | None):
        raise WordingError(f"wording {key}: needs a text, or a mapping with text, variables and in_chat")
    used = _placeholders(key, text)
    if used != frozenset(declared):
        raise WordingError(f"wording {key}: declares {sorted(declared)} but uses {sorted(used)}")
    if chat is not None and not _placeholders(key, chat) <= used:
        raise WordingError(f"wording {key}: in_chat uses other variables than {sorted(declared)}")
    return Message((text if chat is None or not in_chat else chat).rstrip("\n"), used)


class Wording:
    """All messages of one language, keyed ``topic.key``."""

    def __init__(self, messages: Mapping[str, Message]) -> None:
        self._messages = dict(messages)

    @classmethod
    def load(cls, language: str = "zh", folder: Path = FOLDER, *, in_chat: bool = False) -> Self:
        """Read every ``<topic>.yaml`` of the language's folder.

        Args:
            language: a folder of ``folder``.
            folder: holds a folder for each language.
            in_chat: whether people read the messages who have no command line, and are told what to do in a chat.

        Raises:
            WordingError: a file is not valid, or a message's declared variables differ from those it uses.
        """
        messages: dict[str, Message] = {}
        for path in sorted((folder / language).glob("*.yaml")):
            try:
                entries = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            except yaml.YAMLError as error:
                raise WordingError(f"wording file {path.name}: {error}") from error
            for key, entry in (entries or {}).items():
                messages[f"{path.stem}.{key}"] = _message(f"{path.stem}.{key}", entry, in_chat)
        if not messages:
            raise WordingError(f"no wording files for language {language!r} in {folder}")
        return cls(messages)

    @property
    def keys(self) -> frozenset[str]:
        """Every message key."""
        return frozenset(self._messages)

    def variables(self, key: str) -> frozenset[str]:
        """The variables a message takes; raises WordingError where there is no such message."""
        if key not in self._messages:
            raise WordingError(f"no wording for {key!r}")
        return self._messages[key].variables

    def say(self, key: str, /, **variables: object) -> str:
        """The message with its variables filled in.

        Raises:
            WordingError: no such message, or other variables than it declares.
        """
        message = self._messages.get(key)
        if message is None:
            raise WordingError(f"no wording for {key!r}")
        if message.variables != variables.keys():
            raise WordingError(f"wording {key} takes {sorted(message.variables)}, was given {sorted(variables)}")
        return message.text.format(**variables)
