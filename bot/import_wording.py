"""What is said about the findings of an import."""

from __future__ import annotations

from prompts.wording import Wording
from stats_tools.importing.issues import ImportIssue, Issues, Place, Severity


def issue_line(issue: ImportIssue, wording: Wording) -> str:
    """One finding as a line for people: where, what, and what to do."""
    key = f"importing.{issue.code.value}"
    known = {"value": issue.value, "sheet": issue.place.sheet, **issue.facts}
    finding = wording.say(key, **{name: known[name] for name in wording.variables(key)})
    place = place_text(issue.place, wording)
    return wording.say("importing.issue_line", place=place, finding=finding) if place else finding


def place_text(place: Place, wording: Wording) -> str:
    """Where a finding is, e.g. ``工作表“季报” 第5行 “利润（亿元）”列（D5）``; empty for the file as a whole."""
    parts = [
        wording.say("importing.place_sheet", sheet=place.sheet) if place.sheet else "",
        wording.say("importing.place_row", row=place.row) if place.row else "",
        wording.say("importing.place_column", column=place.column) if place.column else "",
    ]
    where = wording.say("importing.place_separator").join(part for part in parts if part)
    return where + (wording.say("importing.place_cell", cell=place.cell) if place.cell else "")


def issue_lines(issues: Issues, severity: Severity, wording: Wording) -> list[str]:
    """Every kept finding of one severity, and how many more there are."""
    lines = [issue_line(issue, wording) for issue in issues.of(severity)]
    left_out = issues.count(severity) - len(lines)
    if left_out:
        name = wording.say(f"importing.{severity.value}")
        lines.append(wording.say("importing.more", count=left_out, severity=name))
    return lines
