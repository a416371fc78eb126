"""A digest as it is kept: text and files by content, so that it says the same whenever it is sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from bot.assistant.types import Block, Paragraph, Quote, Table
from bot.digests.types import Digest


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of a digest: kind as of an ``Attachment``, and the key of its content."""

    kind: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class KeptDigest:
    """A digest without its files' contents.

    Args:
        key: SHA-256 of ``body``, in hex.
        body: all of it as JSON.
    """

    key: str
    body: str
    title: str
    blocks: tuple[Block, ...]
    details: tuple[Block, ...]
    files: tuple[KeptFile, ...]
    state: Mapping[str, Any]


def freeze(digest: Digest) -> tuple[KeptDigest, dict[str, bytes]]:
    """A digest to be kept, and the contents of its files by their keys.

    Raises:
        OSError: a file cannot be read.
    """
    contents: dict[str, bytes] = {}
    files = []
    for attachment in digest.attachments:
        content = attachment.path.read_bytes()
        key = hashlib.sha256(content).hexdigest()
        contents[key] = content
        files.append({"kind": attachment.kind, "name": attachment.path.name, "key": key})
    as_of: date | None = digest.data_as_of
    whole = {
        "title": digest.title,
        "blocks": [_written(block) for block in digest.blocks],
        "details": [_written(block) for block in digest.details],
        "files": files,
        "data_as_of": as_of.isoformat() if as_of else None,
        "is_unchanged": digest.is_unchanged,
        "state": dict(digest.state),
    }
    return thawed(json.dumps(whole, ensure_ascii=False, sort_keys=True)), contents


def thawed(body: str) -> KeptDigest:
    """The digest with this body."""
    whole = json.loads(body)
    return KeptDigest(
        key=hashlib.sha256(body.encode()).hexdigest(),
        body=body,
        title=whole["title"],
        blocks=tuple(_read(block) for block in whole["blocks"]),
        details=tuple(_read(block) for block in whole["details"]),
        files=tuple(KeptFile(**file) for file in whole["files"]),
        state=whole["state"],
    )


def _written(block: Block) -> dict[str, Any]:
    return {"block": type(block).__name__, **asdict(block)}


def _read(written: dict[str, Any]) -> Block:
    parts = {name: value for name, value in written.items() if name != "block"}
    match written["block"]:
        case "Paragraph":
            return Paragraph(**parts)
        case "Quote":
            return Quote(**parts)
        case _:
            rows = tuple(tuple(row) for row in parts["rows"])
            return Table(tuple(parts["headers"]), rows, parts["caption"])
