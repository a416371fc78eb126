"""Answer blocks as plain text, the form every channel can fall back to and the contract's ``answer`` field."""

from __future__ import annotations

from collections.abc import Iterable

from bot.assistant.types import Block, Code, Paragraph, Quote, Table


def plain_text(blocks: Iterable[Block]) -> str:
    """The blocks as a person reads them: paragraphs, ``[n] “…”`` quotes, and tables with cells joined by two spaces."""
    return "\n".join(_plain(block) for block in blocks)


def _plain(block: Block) -> str:
    match block:
        case Paragraph(text):
            return text
        case Quote(n, text):
            return f"[{n}] “{text}”"
        case Code(text, caption):
            return f"{caption}\n{text}"
        case Table(headers, rows, caption):
            lines = [caption] if caption else []
            lines.extend("  ".join(row) for row in (headers, *rows))
            return "\n".join(lines)
