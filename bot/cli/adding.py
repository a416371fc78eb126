"""``knowledge add``: documents in from files and web addresses, with what they say about themselves shown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from bot.cli.failures import CommandError, ExitCode
from bot.cli.interrupts import no_interrupt_lost
from bot.cli.library import day_of, problem_message
from bot.cli.ready import alone, ready, show_progress
from bot.cli.surroundings import out, settings, today
from bot.cli.words import say

if TYPE_CHECKING:
    from knowledge.catalogue import FolderLibrary
    from knowledge.reading import Reading
    from knowledge.sniffing import Sniffed
    from knowledge.stated import Stated
    from knowledge.types import Clause, Document


_Several = list[str] | None
_LONG = 300_000
"""Characters above which a text is slow to index; an ordinary document has a tenth of that."""
_OPENING = 24
"""Characters by which a person recognises words again."""


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A document that has been read: its file name, its text, and where it came from."""

    file: str
    reading: Reading
    source: str


def add(
    paths: Annotated[list[str], Argument(metavar="PATH|URL", help=say("help_add_paths"))],
    title: Annotated[str, Option("--title", metavar=say("metavar_text"), help=say("help_add_title"))] = "",
    number: Annotated[str, Option("--number", metavar="文号", help=say("help_add_number"))] = "",
    issuer: Annotated[str, Option("--issuer", metavar=say("metavar_text"), help=say("help_add_issuer"))] = "",
    region: Annotated[str, Option("--region", metavar=say("metavar_text"), help=say("help_add_region"))] = "",
    issued: Annotated[str, Option("--issued", metavar="DATE", help=say("help_add_issued"))] = "",
    effective: Annotated[str, Option("--effective", metavar="DATE", help=say("help_add_effective"))] = "",
    expires: Annotated[str, Option("--expires", metavar="DATE", help=say("help_add_expires"))] = "",
    replaces: Annotated[str, Option("--replaces", metavar="ID", help=say("help_add_replaces"))] = "",
    supersedes: Annotated[
        list[str] | None, Option("--supersedes", metavar="ID", help=say("help_add_supersedes"))
    ] = None,
    repeals: Annotated[_Several, Option("--repeals", metavar="ID", help=say("help_add_repeals"))] = None,
    amends: Annotated[_Several, Option("--amends", metavar="ID", help=say("help_add_amends"))] = None,
    implements: Annotated[
        list[str] | None, Option("--implements", metavar="ID", help=say("help_add_implements"))
    ] = None,
) -> int:
    """Add documents from files and web addresses, with what the command line or else the text says, and index them."""
    from bot.state import embed_ahead, open_library, refresh_index

    loaded = ready(settings())
    for option, value in (("--title", title), ("--replaces", replaces)):
        if value and len(paths) > 1:
            raise CommandError(say("one_value_for_many", option=option), ExitCode.USAGE)
    dates = {"issued": day_of("--issued", issued), "effective": day_of("--effective", effective)}
    dates["expires"] = day_of("--expires", expires)
    given: dict[str, object] = {"title": title, "number": number, "issuer": issuer, "region": region, **dates}
    given |= {"replaces": supersedes, "repeals": repeals, "amends": amends, "implements": implements}
    # All are read before any is stored: a file that cannot be read leaves the library as it was.
    arrivals = [_read(path) for path in paths]

    def embedded(_: Document, clauses: tuple[Clause, ...]) -> None:
        # The long part comes before anything is stored: whatever cuts it short leaves the library as it was.
        with no_interrupt_lost() as heed:

            def told(done: int, total: int) -> None:
                show_progress(done, total)
                heed()

            embed_ahead(loaded, clauses, told)

    with alone(loaded):
        library = open_library(loaded)
        stored = 0
        try:
            for arrival in arrivals:
                said = {key: value for key, value in given.items() if value}
                _store(library, arrival, said, partial(library.add, replaces=replaces, before=embedded))
                stored += 1
        finally:
            if stored:
                refresh_index(loaded, show_progress)
    return ExitCode.ANSWERED


def _read(path: str) -> _Arrival:
    from knowledge.errors import DocumentError
    from knowledge.readers import read, read_guarded
    from knowledge.web import fetch, is_address

    try:
        if is_address(path):
            fetched = fetch(path)
            reading = read_guarded(fetched.file, fetched.content, _show_reading)
            return _Arrival(fetched.file, reading, fetched.address)
        if not Path(path).exists():
            raise CommandError(say("no_such_file", path=path))
        return _Arrival(Path(path).name, read(Path(path), _show_reading), "")
    except DocumentError as error:
        raise CommandError(problem_message(error.problem)) from error


def _store(
    library: FolderLibrary, arrival: _Arrival, given: Mapping[str, object], store: Callable[..., Document]
) -> None:
    from knowledge.errors import DocumentError
    from knowledge.sniffing import sniff

    stated = arrival.reading.stated.found
    issued = {**stated, **given}.get("issued")
    sniffed = sniff(arrival.reading.text, issued if isinstance(issued, date) else None)
    unsaid = {"title": arrival.reading.title or Path(arrival.file).stem}
    metadata = {**unsaid, **sniffed.found, **stated, **given, "added": today()}
    if arrival.source:
        metadata["source"] = arrival.source
    try:
        document = store(arrival.file, arrival.reading.text, metadata)
        versions = library.versions(document.doc_id)
    except DocumentError as error:
        raise CommandError(problem_message(error.problem)) from error
    out(say("document_added", doc_id=document.doc_id, title=document.title))
    if len(versions) > 1:
        before = versions[-2].number
        out(say("document_revised", doc_id=document.doc_id, number=versions[-1].number, before=before))
    _show_stated(arrival.reading.stated, sniffed, given)
    _show_sniffed(sniffed, {**stated, **given})
    _show_left_out(arrival.reading, document.doc_id)


def _show_stated(stated: Stated, sniffed: Sniffed, given: Mapping[str, object]) -> None:
    """What was taken from the head of the file, and where the text says otherwise."""
    from knowledge.folding import fold

    taken = {key: value for key, value in stated.found.items() if key not in given}
    if taken:
        said = {key: "、".join(value) if isinstance(value, tuple) else str(value) for key, value in taken.items()}
        facts = "；".join(f"{say(f'key_{key}')} {value}" for key, value in said.items())
        out(say("stated", facts=facts))
    for key, value in sniffed.found.items():
        if key in taken and fold(str(value)) != fold(str(taken[key])):
            out(say("stated_otherwise", key=say(f"key_{key}"), value=str(value), option=f"--{key}"))
    if stated.unused:
        out(say("stated_unused", names="、".join(stated.unused)))


def _show_sniffed(sniffed: Sniffed, given: Mapping[str, object]) -> None:
    """What was taken from the text, and what it leaves in doubt, each with the option that corrects it."""
    taken = {key: str(value) for key, value in sniffed.found.items() if key not in given}
    if taken:
        facts = "；".join(f"{say(f'key_{key}')} {value}" for key, value in taken.items())
        out(say("sniffed", facts=facts, options=" ".join(f"--{key}" for key in taken)))
    for key, values in sniffed.doubtful.items():
        if key not in given:
            # One value in doubt is a day that contradicts another: in force before it begins.
            said = "sniffed_in_doubt" if len(values) > 1 else "sniffed_contradicting"
            out(say(said, key=say(f"key_{key}"), values="、".join(values), option=f"--{key}"))


def _show_left_out(reading: Reading, doc_id: str) -> None:
    """What of the file is not in the text, or not as it is seen, and whether there is too much of it."""
    if len(reading.text) > _LONG:
        out(say("text_long", count=f"{len(reading.text) // 10_000}"))
    if reading.unread_pages:
        out(say("pages_unread", pages="、".join(map(str, reading.unread_pages))))
    if reading.recognised_pages:
        out(say("pages_recognised", pages="、".join(map(str, reading.recognised_pages)), doc_id=doc_id))
    if reading.unseen:
        words = "".join(letter for letter in reading.unseen if letter.isprintable())
        opening = words if len(words) <= _OPENING else f"{words[:_OPENING]}……"
        out(say("words_unseen", count=len("".join(words.split())), opening=opening))


def _show_reading(done: int, total: int) -> None:
    """Tell a person at a screen how much of a long document is read, on one line that renews itself."""
    if sys.stderr.isatty():
        sys.stderr.write("\r" + say("reading_progress", done=done, total=total) + ("\n" if done == total else ""))
        sys.stderr.flush()
