"""The visible text of a web page, a paragraph a line, tables as rows of ``| cell | cell |``."""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from knowledge.reading import Reading

FILE = Path(__file__).with_name("html.yaml")
_WHITE = "white"
_STYLE_SHEET = re.compile(r"<style[^>]*>(.*?)</style", re.IGNORECASE | re.DOTALL)


class Elements(BaseModel):
    """What ``html.yaml`` holds: element names in lower case, and the styles that hide an element."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unseen: frozenset[str]
    furniture: frozenset[str]
    blocks: frozenset[str]
    void: frozenset[str]
    hidden_style: re.Pattern[str]
    colour: re.Pattern[str]
    background: re.Pattern[str]
    white: re.Pattern[str]
    see_through: re.Pattern[str]
    style_rule: re.Pattern[str]
    plain_selector: re.Pattern[str]


@lru_cache(maxsize=1)
def elements() -> Elements:
    """The shipped element lists; ValueError where the file is wrong."""
    return Elements.model_validate(yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def page_text(html: str) -> Reading:
    """The page's title and its text, and apart from it the words its author keeps from being seen.

    Scripts, hidden elements (which may hold instructions no reader of the page sees), navigation and forms are left
    out. Runs of white space inside a paragraph become one space.
    """
    reader = _Page(_hidden_names(html))
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    title = " ".join("".join(reader.title).split())
    return Reading("\n".join(line for line in lines if line), title, unseen=" ".join(reader.unseen))


def _hidden_names(html: str) -> frozenset[str]:
    """The classes (``.name``) and ids (``#name``) that the page's own style sheets hide."""
    known = elements()
    names: set[str] = set()
    for sheet in _STYLE_SHEET.findall(html):
        for rule in known.style_rule.finditer(sheet.lower()):
            declared = rule["declarations"]
            if known.hidden_style.search(declared) or _unreadable(declared, _behind(declared) or _WHITE):
                selectors = (known.plain_selector.fullmatch(part.strip()) for part in rule["selectors"].split(","))
                names.update(f"{selector['mark']}{selector['name']}" for selector in selectors if selector)
    return frozenset(names)


def _behind(style: str) -> str:
    """The background a style in lower case declares; empty where it declares none, or one that can be seen through."""
    found = elements().background.search(style)
    value = _plain(found["value"]) if found else ""
    return "" if elements().see_through.fullmatch(value) else value


def _unreadable(style: str, behind: str) -> bool:
    """Whether a style in lower case gives words the colour of what is behind them."""
    found = elements().colour.search(style)
    return found is not None and _plain(found["value"]) == behind


def _plain(colour: str) -> str:
    """One way to write a colour; white has many."""
    return _WHITE if elements().white.fullmatch(colour) else "".join(colour.split())


class _Page(HTMLParser):
    def __init__(self, hidden: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.title: list[str] = []
        self.unseen: list[str] = []
        self._is_concealed = False
        self._skipped: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._in_title = False
        self._in_row = False
        self._elements = elements()
        self._hidden = hidden

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title":
            self._in_title = True
        if self._skipped or self._is_no_text(tag) or self._is_hidden(dict(attrs)):
            if tag not in self._elements.void:
                self._is_concealed = self._is_concealed if self._skipped else not self._is_no_text(tag)
                self._skipped.append(tag)
            return
        if tag not in self._elements.void:
            self._open.append((tag, self._background(dict(attrs))))
        if tag == "tr":
            self.parts.append("\n")
            self._in_row = True
        elif tag in ("td", "th"):
            self.parts.append(" | ")
        elif tag == "br" or tag in self._elements.blocks:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        if tag in self._skipped:
            # Pages leave elements open; closing an outer one closes them.
            while self._skipped.pop() != tag:
                pass
            return
        if self._skipped:
            return
        if any(tag == name for name, _ in self._open):
            while self._open.pop()[0] != tag:
                pass
        if tag == "tr":
            self.parts.append(" |\n")
            self._in_row = False
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag in self._elements.blocks:
            self._break()

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
        elif not self._skipped:
            self.parts.append(" ".join(data.split("\n")))
        elif self._is_concealed and not any(map(self._is_no_text, self._skipped)):
            self.unseen.append(data)

    def _break(self) -> None:
        """End the line; inside a table row, where a line is the row, only part the words."""
        self.parts.append(" " if self._in_row else "\n")

    def _is_no_text(self, tag: str) -> bool:
        """Whether an element is for the browser or the site, whoever sees it."""
        return tag in self._elements.unseen or tag in self._elements.furniture

    def _is_hidden(self, attributes: dict[str, str | None]) -> bool:
        if "hidden" in attributes:
            return True
        names = {f".{name}" for name in (attributes.get("class") or "").lower().split()}
        names.add(f"#{(attributes.get('id') or '').lower()}")
        style = _style(attributes)
        if names & self._hidden or attributes.get("aria-hidden") == "true":
            return True
        return bool(self._elements.hidden_style.search(style)) or _unreadable(style, self._background(attributes))

    def _background(self, attributes: dict[str, str | None]) -> str:
        """The colour behind an element: its own, else that of the element it stands in."""
        return _behind(_style(attributes)) or (self._open[-1][1] if self._open else _WHITE)


def _style(attributes: dict[str, str | None]) -> str:
    """What an element declares for itself in lower case, with what old pages say in ``color`` and ``bgcolor``."""
    declared = [attributes.get("style") or ""]
    for attribute, name in (("color", "color"), ("bgcolor", "background")):
        if value := attributes.get(attribute):
            declared.append(f"{name}:{value}")
    return ";".join(declared).lower()
