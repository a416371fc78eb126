"""Register workbooks sent in chat: recognised, what writing them would change, and writing them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from bot.channels.telegram_filed_reports import Archive, Checked, Written, issue_sections
from bot.channels.telegram_text import Kind, Line, Section
from bot.register_wording import page_lines
from prompts import Wording
from stats_tools.registers.applying import RegisterPreview, apply_registers, preview_registers
from stats_tools.registers.definitions import CLUSTER
from stats_tools.registers.entries import EntryReader
from stats_tools.registers.reading import is_register_file, read_registers
from stats_tools.registers.reference import RegisterReference


class FiledRegisters:
    """The registers of the plan.

    Args:
        archive: where they go.
        wording: the messages.
    """

    def __init__(self, archive: Archive, wording: Wording) -> None:
        self._archive = archive
        self._wording = wording

    @cached_property
    def _known(self) -> RegisterReference:
        return RegisterReference.load()

    def recognises(self, path: Path) -> bool:
        """Whether a file holds a whole register."""
        return is_register_file(path, self._known)

    def check(self, path: Path) -> Checked:
        """Read a register file and compare it with the rows on record."""
        preview = self._preview(path)
        sections = tuple(self._sections(path.name, preview))
        nothing_new = preview.nothing_to_do
        return Checked(sections, preview.blocked, nothing_new, tuple(dict.fromkeys(self._places(preview))))

    def write(self, path: Path, uploaded_by: str) -> Written:
        """Write a confirmed register file; raises ImportRefusedError."""
        preview = self._preview(path)
        receipt = apply_registers(self._archive.database, preview, uploaded_by, datetime.now(UTC), confirmed=True)
        if receipt.import_id is None:
            return Written(None, self._wording.say("telegram.filing_register_nothing_new"))
        counts = {"new": receipt.new, "changed": receipt.changed, "same": receipt.same}
        words = self._wording.say("telegram.filing_register_done", import_id=receipt.import_id, **counts)
        return Written(receipt.import_id, words)

    def _preview(self, path: Path) -> RegisterPreview:
        reading = read_registers(path, self._known, self._archive.today())
        return preview_registers(self._archive.database, reading)

    def _sections(self, name: str, preview: RegisterPreview) -> Iterator[Section]:
        yield from issue_sections(name, preview.issues, self._wording)
        if preview.blocked:
            return
        columns = [
            self._wording.say("registers.column", heading=heading, meaning=meaning)
            for heading, meaning in preview.reading.columns.items()
        ]
        if columns:
            yield Section(Kind.QUOTE, tuple(map(Line, columns)))
        yield Section(Kind.TEXT, tuple(map(Line, page_lines(preview, self._known.registry, self._wording))))

    def _places(self, preview: RegisterPreview) -> Iterator[tuple[str, str]]:
        """The city of every row, and the name of its cluster."""
        for page in preview.reading.pages:
            reader = EntryReader(page.definition, self._known.registry, self._archive.today())
            for entry in page.entries:
                city, code = reader.city(entry), entry.text(CLUSTER)
                yield city, self._known.registry.cluster(code).name if code else city
