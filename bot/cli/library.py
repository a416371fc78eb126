"""``knowledge``: the documents at hand and the index over them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
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

DocId = Annotated[str, Argument(metavar="ID", help=say("help_doc_id"))]


def list_documents(as_json: JsonOption = False) -> int:
    """List the documents with their standing today."""
    from bot.bootstrap import open_library

    documents = open_library(ready(settings())).documents()
    if as_json:
        write_json({"documents": [_record(document) for document in documents]})
        return ExitCode.ANSWERED
    for document in documents:
        out(say("document_line", **_facts(document)))
    out(say("documents_listed", count=len(documents)))
    return ExitCode.ANSWERED


def show(doc_id: DocId, as_json: JsonOption = False) -> int:
    """Show one document: its front matter, then its text."""
    from bot.bootstrap import open_library

    document = open_library(ready(settings())).document(doc_id)
    if document is None:
        raise CommandError(say("no_such_document", doc_id=doc_id), ExitCode.NOT_FOUND)
    if as_json:
        write_json({**_record(document), "text": document.text})
    else:
        out(say("document_head", **_facts(document), issuer=document.issuer, region=document.region))
        out(document.text)
    return ExitCode.ANSWERED


def check(as_json: JsonOption = False) -> int:
    """Check the stored documents and the index; exit code 1 where something is wrong."""
    from bot.bootstrap import open_library, open_search

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
    from bot.bootstrap import rebuild_index

    loaded = settings()
    complain(say("rebuilding"))
    with alone(loaded):
        rebuild_index(loaded, show_progress)
    out(say("rebuilt"))
    return ExitCode.ANSWERED


def add(
    paths: Annotated[list[str], Argument(metavar="PATH", help=say("help_add_paths"))],
    title: Annotated[str, Option("--title", metavar=say("metavar_text"), help=say("help_add_title"))] = "",
    number: Annotated[str, Option("--number", metavar="文号", help=say("help_add_number"))] = "",
    issuer: Annotated[str, Option("--issuer", metavar=say("metavar_text"), help=say("help_add_issuer"))] = "",
    region: Annotated[str, Option("--region", metavar=say("metavar_text"), help=say("help_add_region"))] = "",
    issued: Annotated[str, Option("--issued", metavar="DATE", help=say("help_add_issued"))] = "",
    effective: Annotated[str, Option("--effective", metavar="DATE", help=say("help_add_effective"))] = "",
    expires: Annotated[str, Option("--expires", metavar="DATE", help=say("help_add_expires"))] = "",
) -> int:
    """Add documents from files, all with the same front matter but for the title, and index them."""
    from bot.bootstrap import open_library, refresh_index
    from knowledge.errors import DocumentError
    from knowledge.readers import read

    loaded = ready(settings())
    if title and len(paths) > 1:
        raise CommandError(say("one_title_for_many"), ExitCode.USAGE)
    dates = {"issued": _date("--issued", issued), "effective": _date("--effective", effective)}
    dates["expires"] = _date("--expires", expires)
    shared = {"number": number, "issuer": issuer or say("unknown"), "region": region or say("default_region"), **dates}
    with alone(loaded):
        library = open_library(loaded)
        for path in map(Path, paths):
            if "://" in str(path):
                raise CommandError(say("no_addresses"), ExitCode.USAGE)
            try:
                reading = read(path)
                metadata = {"title": title or reading.title or path.stem, **shared}
                document = library.add(path.name, reading.text, {k: v for k, v in metadata.items() if v})
            except DocumentError as error:
                raise CommandError(problem_message(error.problem)) from error
            out(say("document_added", doc_id=document.doc_id, title=document.title))
        refresh_index(loaded, show_progress)
    return ExitCode.ANSWERED


def remove(doc_id: DocId) -> int:
    """Take an added document out of the library and the index."""
    from bot.bootstrap import open_library, refresh_index
    from knowledge.errors import DocumentError

    loaded = ready(settings())
    with alone(loaded):
        try:
            open_library(loaded).remove(doc_id)
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
    return wording().say(f"documents.{problem.flaw.value}", file=problem.file, **problem.facts)


def _date(option: str, text: str) -> date | None:
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
