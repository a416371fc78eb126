"""``knowledge``: the documents at hand and the index over them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from bot.cli.asking import JsonOption
from bot.cli.failures import CommandError, ExitCode, complain
from bot.cli.ready import alone, ready, show_progress
from bot.cli.surroundings import out, settings, today, write_json
from bot.cli.words import say, wording

if TYPE_CHECKING:
    from knowledge.catalogue import FolderLibrary
    from knowledge.errors import Problem
    from knowledge.types import Document
    from knowledge.versions import Version

_NAMED_KEYS = ("title", "number", "issuer", "region", "issued", "effective", "expires")
DocId = Annotated[str, Argument(metavar="ID", help=say("help_doc_id"))]


def list_documents(as_json: JsonOption = False) -> int:
    """List the documents with their standing today."""
    from bot.state import open_cards, open_library

    documents = [*open_library(ready(settings())).documents(), *open_cards().documents()]
    if as_json:
        write_json({"documents": [_record(document) for document in documents]})
        return ExitCode.ANSWERED
    for document in documents:
        out(say("document_line", **_facts(document)))
    out(say("documents_listed", count=len(documents)))
    return ExitCode.ANSWERED


def show(
    doc_id: DocId,
    as_json: JsonOption = False,
    version: Annotated[int, Option("--version", metavar="N", min=0, help=say("help_show_version"))] = 0,
    as_of: Annotated[str, Option("--as-of", metavar="DATE", help=say("help_show_as_of"))] = "",
) -> int:
    """Show one document, as it is or as it was: its front matter, then its text."""
    from bot.state import open_cards, open_library
    from knowledge.errors import DocumentError

    on = day_of("--as-of", as_of)
    card = open_cards().document(doc_id)
    try:
        library = open_library(ready(settings()))
        versions = library.versions(doc_id) or _only_version(card)
    except DocumentError as error:
        raise CommandError(problem_message(error.problem)) from error
    shown = _chosen(doc_id, versions, version, on)
    document = shown.document
    if as_json:
        record = {**_record(document), "version": shown.number, "versions": len(versions), "current": shown.is_current}
        related = library.document(doc_id) if shown.is_current else None
        relations = {key: list(others) for key, others in _relations(related).items()} if related else {}
        write_json({**record, "relations": relations, "text": document.text})
    else:
        unsaid = say("unknown")
        facts = {**_facts(document), "issuer": document.issuer or unsaid, "region": document.region or unsaid}
        out(say("document_head", **facts))
        related = library.document(doc_id) if shown.is_current else None
        for key, others in _relations(related).items() if related else ():
            out(say(f"document_{key}", others="、".join(others)))
        if len(versions) > 1 or not shown.is_current:
            out(_standing(shown, versions))
        out(document.text)
    return ExitCode.ANSWERED


def _only_version(document: Document | None) -> tuple[Version, ...]:
    """A document that came with the program and was never anything else; empty where there is none."""
    from knowledge.versions import Version

    return (Version(1, document, None, is_current=True),) if document else ()


def _chosen(doc_id: str, versions: Sequence[Version], number: int, on: date | None) -> Version:
    """The version asked for by number or day, the current one where none is; CommandError where there is no such."""
    from knowledge.versions import as_of

    if not versions or (not (number or on) and not versions[-1].is_current):
        removed = say("document_was_removed", doc_id=doc_id, last=versions[-1].number) if versions else ""
        raise CommandError(removed or say("no_such_document", doc_id=doc_id), ExitCode.NOT_FOUND)
    known = [shown for shown in versions if not number or shown.number == number]
    chosen = as_of(known, on) if on else (known[-1] if known else None)
    if chosen is None:
        facts = {"doc_id": doc_id, "known": "；".join(_line(shown) for shown in versions)}
        raise CommandError(say("no_such_version", **facts), ExitCode.NOT_FOUND)
    return chosen


def _standing(shown: Version, versions: Sequence[Version]) -> str:
    """Which version this is and which others there are."""
    mark = "version_current" if shown.is_current else "version_earlier"
    known = "；".join(_line(version) for version in versions)
    return say(mark, number=shown.number, known=known)


def _line(version: Version) -> str:
    return say("version_line", number=version.number, since=_day(version.since))


def check(as_json: JsonOption = False) -> int:
    """Check the stored documents and the index; exit code 1 where something is wrong."""
    from bot.state import open_library, open_search

    loaded = ready(settings())
    problems = library_problems(open_library(loaded))
    if not open_search(loaded).is_current():
        problems.append(say("index_stale"))
    if as_json:
        write_json({"ok": not problems, "problems": problems})
    else:
        out("\n".join(problems) or say("documents_sound"))
    return ExitCode.ERROR if problems else ExitCode.ANSWERED


def rebuild() -> int:
    """Build the index anew, whatever state it is in."""
    from bot.state import rebuild_index

    loaded = settings()
    complain(say("rebuilding"))
    with alone(loaded):
        rebuild_index(loaded, show_progress)
    out(say("rebuilt"))
    return ExitCode.ANSWERED


def remove(doc_id: DocId) -> int:
    """Take an added document out of the library and the index."""
    from bot.state import open_library, refresh_index
    from knowledge.errors import DocumentError

    loaded = ready(settings())
    with alone(loaded):
        try:
            open_library(loaded).remove(doc_id, today())
        except DocumentError as error:
            raise CommandError(problem_message(error.problem), ExitCode.NOT_FOUND) from error
        refresh_index(loaded, show_progress)
    out(say("document_removed", doc_id=doc_id))
    return ExitCode.ANSWERED


def library_problems(library: FolderLibrary) -> list[str]:
    """Everything wrong with the stored documents, in words."""
    return [problem_message(problem) for problem in library.check()]


def problem_message(problem: Problem) -> str:
    """A document's problem in words, ending in the remedy."""
    facts = dict(problem.facts)
    if facts.get("key") in _NAMED_KEYS:
        facts["key"] = say(f"key_{facts['key']}")
    return wording().say(f"documents.{problem.flaw.value}", file=problem.file, **facts)


def day_of(option: str, text: str) -> date | None:
    """The day an option names, None where it is not given; CommandError where it is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CommandError(say("not_a_date", option=option, value=text), ExitCode.USAGE) from None


def _facts(document: Document) -> dict[str, str]:
    return {
        "doc_id": document.doc_id,
        "title": document.title,
        "number": document.number or say("unknown"),
        "effective": _day(document.effective),
        "expires": _day(document.expires),
        "validity": say(f"validity_{document.validity(today()).value}"),
    }


def _relations(document: Document) -> dict[str, Sequence[str]]:
    """What the document does to others and they to it: identifiers or 文号 by kind, where there are any."""
    followed = {"replaced_by": document.replaced_by, "repealed_by": document.repealed_by}
    named: dict[str, Sequence[str]] = {key: (other,) for key, other in followed.items() if other}
    for key in ("amended_by", "replaces", "repeals", "amends", "implements"):
        if others := getattr(document, key):
            named[key] = others
    return named


def _record(document: Document) -> dict[str, Any]:
    return {
        "doc_id": document.doc_id,
        "title": document.title,
        "doc_number": document.number,
        "issuer": document.issuer,
        "issued": document.issued.isoformat() if document.issued else None,
        "effective": document.effective.isoformat() if document.effective else None,
        "expires": document.expires.isoformat() if document.expires else None,
        "region": document.region,
        "validity": document.validity(today()).value,
        "kind": document.kind,
        "sha256": document.sha256,
    }


def _day(day: date | None) -> str:
    return say("unknown") if day is None else day.isoformat()
