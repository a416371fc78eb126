"""What is said about a register file before and after it is written, by every channel."""

from __future__ import annotations

from collections.abc import Iterator

from prompts import Wording
from stats_tools.registers.applying import RegisterPreview
from stats_tools.registers.recording import EntryChange, PageDifference
from stats_tools.registers.showing import shown_value
from stats_tools.registry import Registry

CHANGES_SHOWN = 20
"""So many changed rows of a register are listed; the others are counted."""


def page_lines(preview: RegisterPreview, registry: Registry, wording: Wording) -> Iterator[str]:
    """Each register and quarter of the file: how many rows are new, changed, the same and leaving, and which change."""
    for page in preview.pages:
        yield _counts(page, wording)
        label = page.page.definition.label
        changed = [(change.entry, _changes(page, change, registry, wording)) for change in page.changed]
        changed += [(entry, wording.say("registers.change_leaving")) for entry in page.leaving]
        for entry, words in changed[:CHANGES_SHOWN]:
            yield wording.say("registers.change", name=entry.text(label), changes=words)
        if len(changed) > CHANGES_SHOWN:
            yield wording.say("registers.change_more", count=len(changed) - CHANGES_SHOWN)
        if page.sample:
            yield wording.say("registers.sample_gives_way", count=page.sample, register=page.page.definition.name)


def _counts(page: PageDifference, wording: Wording) -> str:
    definition = page.page.definition
    return wording.say(
        "registers.page",
        register=definition.name,
        period=str(page.page.period),
        rows=len(page.page.entries),
        unit=definition.unit,
        counted=definition.counted,
        new=len(page.new),
        changed=len(page.changed),
        same=len(page.same),
        leaving=len(page.leaving),
    )


def _changes(page: PageDifference, change: EntryChange, registry: Registry, wording: Wording) -> str:
    before, after = change.before.values, change.entry.values
    absent = wording.say("registers.absent")
    return wording.say("registers.separator").join(
        wording.say(
            "registers.change_value",
            column=column.heading,
            before=shown_value(column, before.get(column.code), registry) or absent,
            after=shown_value(column, after.get(column.code), registry) or absent,
        )
        for column in page.page.definition.written
        if before.get(column.code) != after.get(column.code)
    )
