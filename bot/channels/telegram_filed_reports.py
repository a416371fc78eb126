"""Quarterly reports sent in chat: what they hold, what writing them would change, and writing them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Protocol

from bot.assistant.types import Table
from bot.channels.telegram_answers import table_section
from bot.channels.telegram_filing_picture import FilingPictures
from bot.channels.telegram_text import Kind, Line, Section, paragraph
from bot.import_wording import issue_lines
from prompts import Wording
from stats_tools.amounts import plain
from stats_tools.database import Database
from stats_tools.importing.applying import ImportPreview, apply_import, preview_import
from stats_tools.importing.issues import Issues, Severity
from stats_tools.importing.reading import read_report
from stats_tools.importing.reference import Reference

CHANGES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Archive:
    """Where reports go.

    Args:
        database: the statistics.
        uploads: folder of the files that wait for confirmation.
        today: the day on which a file is sent.
    """

    database: Database
    uploads: Path
    today: Callable[[], date]


@dataclass(frozen=True, slots=True)
class Checked:
    """A file somebody sent, checked.

    Args:
        sections: what was found and what writing it would change.
        blocked: whether errors forbid writing it.
        nothing_new: whether all of it is on record already.
        places: what it speaks of by city: the city and the name to say, e.g. of a cluster.
        draw: draws what would change beside the file and gives the picture's path; None where there is no picture.
    """

    sections: tuple[Section, ...]
    blocked: bool
    nothing_new: bool
    places: tuple[tuple[str, str], ...]
    draw: Callable[[], Path] | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What writing a file did: the number of its import, None where nothing was to be written, and the words."""

    import_id: int | None
    words: str


class FiledKind(Protocol):
    """A kind of file that stewards send."""

    def check(self, path: Path) -> Checked:
        """Read a file and compare it with what is on record; writes nothing."""

    def write(self, path: Path, uploaded_by: str) -> Written:
        """Write a confirmed file; raises ImportRefusedError where that is not possible any more."""


class FiledReports:
    """The quarterly report.

    Args:
        archive: where it goes.
        wording: the messages.
    """

    def __init__(self, archive: Archive, wording: Wording) -> None:
        self._archive = archive
        self._wording = wording
        self._pictures = FilingPictures(wording)

    @cached_property
    def _known(self) -> Reference:
        return Reference.load()

    def check(self, path: Path) -> Checked:
        """Read a report and compare it with the figures on record."""
        preview = self._preview(path)
        clusters = (self._known.registry.cluster(code) for code in _clusters(preview))
        places = tuple((cluster.city, cluster.name) for cluster in clusters)
        sections = tuple(self._sections(path.name, preview))
        nothing_new = preview.difference.nothing_to_do
        return Checked(
            sections, preview.blocked, nothing_new, places, lambda: self._pictures.draw(preview, self._known, path)
        )

    def write(self, path: Path, uploaded_by: str) -> Written:
        """Write a confirmed report; raises ImportRefusedError."""
        database, preview = self._archive.database, self._preview(path)
        receipt = apply_import(database, preview, uploaded_by, datetime.now(UTC), confirmed=True)
        if receipt.import_id is None:
            return Written(None, self._say("filing_nothing_new"))
        counts = {"new": receipt.new, "changed": receipt.changed, "same": receipt.same}
        return Written(receipt.import_id, self._say("filing_done", import_id=receipt.import_id, **counts))

    def _preview(self, path: Path) -> ImportPreview:
        reading = read_report(path, self._known, self._archive.today())
        return preview_import(self._archive.database, reading, self._known)

    def _sections(self, name: str, preview: ImportPreview) -> Iterator[Section]:
        found = preview.difference
        yield from issue_sections(name, preview.issues, self._wording)
        if preview.blocked:
            return
        counts = {"new": len(found.new), "changed": len(found.changed), "same": len(found.same)}
        read = ((heading, meaning) for heading, meaning in preview.reading.columns.items() if heading != meaning)
        columns = [self._say("filing_column", heading=heading, meaning=meaning) for heading, meaning in read]
        if columns:
            yield Section(Kind.QUOTE, tuple(map(Line, columns)))
        yield paragraph(self._say("filing_counts", rows=preview.reading.rows, **counts))
        if found.changed:
            yield table_section(self._changes(preview))
        if preview.sample_replaced:
            yield paragraph(self._say("filing_sample_replaced", count=preview.sample_replaced))

    def _changes(self, preview: ImportPreview) -> Table:
        changed = preview.difference.changed
        rows = []
        for change in changed[:CHANGES_SHOWN]:
            each = change.observation
            indicator = self._known.catalogue.reported(each.indicator)
            before, after = plain(change.before.value, 8), plain(each.value, 8)
            name = f"{self._known.registry.cluster(each.cluster).name} {each.period}"
            rows.append((name, f"{indicator.name} {before} → {after}{indicator.unit}"))
        if len(changed) > CHANGES_SHOWN:
            rows.append((self._say("filing_more", count=len(changed) - CHANGES_SHOWN), ""))
        return Table((self._say("filing_where"), self._say("filing_change")), tuple(rows))

    def _say(self, key: str, **variables: object) -> str:
        return self._wording.say(f"telegram.{key}", **variables)


def issue_sections(name: str, issues: Issues, wording: Wording) -> Iterator[Section]:
    """The file's name and everything that was found in it."""
    yield Section(Kind.TEXT, (Line(name, bold=True),))
    for severity in Severity:
        lines = issue_lines(issues, severity, wording)
        if lines:
            yield Section(Kind.TEXT, (Line(wording.say(f"importing.{severity.value}"), bold=True), *map(Line, lines)))


def _clusters(preview: ImportPreview) -> dict[str, None]:
    return dict.fromkeys(each.cluster for each in preview.reading.observations)
