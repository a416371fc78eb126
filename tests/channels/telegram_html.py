"""Reads Telegram HTML as the Bot API describes it: the text a person sees, and what is wrong with the markup."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"<(/?)([a-z-]+)((?:\s[^<>]*)?)>")
_ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-f]+);)", re.IGNORECASE)
_ALLOWED = {"b": ("",), "i": ("",), "pre": ("",), "code": ("",), "blockquote": ("", " expandable")}


def seen(text: str) -> str:
    """The text after entities parsing."""
    return html.unescape(_TAG.sub("", text))


def problems(text: str) -> list[str]:
    """What Telegram would refuse or silently mend."""
    found = [f"bare ampersand at {match.start()}" for match in _ENTITY.finditer(text)]
    rest = _TAG.sub("", text)
    found += [f"bare {sign}" for sign in "<>" if sign in rest]
    open_tags: list[str] = []
    for closing, name, attributes in _TAG.findall(text):
        if not closing:
            if attributes not in _ALLOWED.get(name, ()):
                found.append(f"<{name}{attributes}> is not supported")
            if name in open_tags or (name in ("blockquote", "pre") and open_tags) or "pre" in open_tags:
                found.append(f"<{name}> inside {open_tags}")
            open_tags.append(name)
        elif not open_tags or open_tags.pop() != name:
            found.append(f"</{name}> closes nothing")
    return found + [f"<{name}> is never closed" for name in open_tags]


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
