"""The block at the head of a stored document: its schema, reading and writing."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from knowledge.errors import DocumentError, Flaw, Problem
from knowledge.types import Document

_BLOCK = re.compile(r"\ufeff?---[ \t]*\r?\n(?P<block>.*?)^---[ \t]*\r?\n", re.DOTALL | re.MULTILINE)


def _stripped(value: object) -> object:
    return "" if value is None else value.strip() if isinstance(value, str) else value


_Text = Annotated[str, BeforeValidator(_stripped)]
_Required = Annotated[str, BeforeValidator(_stripped), Field(min_length=1)]


_Names = Annotated[tuple[_Required, ...], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]


class FrontMatter(BaseModel):
    """What is known about a document besides its text.

    Args:
        title: full title without book-title marks.
        number: 文号, empty when none is known.
        issuer: issuing authority, empty when none is known.
        issued: date of issue; None when the source does not give the day.
        effective: first day in force; None when unknown.
        expires: last day in force; None for open-ended or unknown.
        validity_basis: where the dates come from, when the document does not state them itself.
        region: where it applies, empty when that is not known.
        kind: ``original`` for a full text, ``card`` for a summary in our own words.
        status: ``repealed`` or ``superseded`` where that is stated, else empty.
        replaced_by: identifier or number of the successor.
        repealed_by: identifier or number of the document that repeals it.
        ended: the day on which it was replaced or repealed.
        amends: identifiers or numbers of the documents it amends.
        replaces: of those it replaces.
        repeals: of those it repeals.
        implements: of those it carries out.
        source: where the text was taken from.
        added: the day it came into the library; None for a document that was shipped.
        body_sha256: hex digest of the UTF-8 body, by which an accidental edit is noticed; empty to leave it unchecked.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: _Required
    number: _Text = ""
    issuer: _Text = ""
    issued: date | None = None
    effective: date | None = None
    expires: date | None = None
    validity_basis: _Text = ""
    region: _Text = ""
    kind: Literal["original", "card"] = "original"
    status: Annotated[Literal["", "repealed", "superseded"], BeforeValidator(_stripped)] = ""
    replaced_by: _Text = ""
    repealed_by: _Text = ""
    ended: date | None = None
    amends: _Names = ()
    replaces: _Names = ()
    repeals: _Names = ()
    implements: _Names = ()
    source: _Text = ""
    added: date | None = None
    body_sha256: _Text = ""

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.effective and self.expires and self.effective > self.expires:
            raise ValueError("expires before it takes effect")
        return self


def body_digest(body: str) -> str:
    """SHA-256 of the body's UTF-8 bytes, as hex."""
    return hashlib.sha256(body.encode("utf-8")).hexdigest()


def read_document(doc_id: str, file: str, content: bytes) -> tuple[Document, FrontMatter]:
    """The document in a stored file, and its front matter.

    Args:
        doc_id: identifier to give it.
        file: name for error messages.
        content: the whole file, UTF-8; the body keeps every byte after the block, line ends included.

    Raises:
        DocumentError: no block, a key that is missing, unknown or malformed, dates out of order, no text.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(Problem(Flaw.UNDECODABLE, file)) from error
    match = _BLOCK.match(text)
    if match is None:
        raise DocumentError(Problem(Flaw.NO_FRONT_MATTER, file))
    front = _front_matter(file, match["block"])
    body = text[match.end() :]
    if not body.strip():
        raise DocumentError(Problem(Flaw.EMPTY_BODY, file))
    stated = front.model_dump(exclude={"source", "added", "body_sha256"})
    return Document(doc_id=doc_id, text=body, sha256=hashlib.sha256(content).hexdigest(), **stated), front


def write_document(front: FrontMatter, body: str) -> bytes:
    """The stored form of a document; ``read_document`` gives back the same front matter and body."""
    known = front.model_copy(update={"body_sha256": body_digest(body)}).model_dump()
    # Relations are few: a document that has none is stored without their keys.
    stated = {key: list(value) if isinstance(value, tuple) else value for key, value in known.items() if value != ()}
    block = yaml.safe_dump(stated, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{block}---\n{body}".encode()


def validated(file: str, values: object) -> FrontMatter:
    """Front matter from loose values.

    Raises:
        DocumentError: the first key that is wrong, with the reason, or dates out of order.
    """
    try:
        return FrontMatter.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"] and isinstance(values, dict):
            facts = {key: str(values.get(key)) for key in ("effective", "expires")}
            raise DocumentError(Problem(Flaw.DATES_OUT_OF_ORDER, file, facts)) from error
        facts = {"key": ".".join(map(str, first["loc"])) or "---", "reason": first["msg"]}
        raise DocumentError(Problem(Flaw.BAD_FRONT_MATTER, file, facts)) from error


def _front_matter(file: str, block: str) -> FrontMatter:
    try:
        values = yaml.load(block, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError) as error:
        # A date such as 2020-13-01 matches YAML's pattern of a date and fails as one: ValueError.
        facts = {"key": "---", "reason": " ".join(str(error).split())}
        raise DocumentError(Problem(Flaw.BAD_FRONT_MATTER, file, facts)) from error
    return validated(file, values if values is not None else {})
