"""How a document's validity and other facts on record are said."""

from __future__ import annotations

from datetime import date

from bot.assistant.access import Role
from bot.assistant.policy.findings import DocumentStatus
from knowledge.types import Document, Validity
from prompts import Wording

_FACTS = ("number", "issuer", "issued", "effective", "region")
_NOTICES = {
    Validity.NOT_YET: ("not_yet", ("effective",)),
    Validity.EXPIRED: ("expired", ("expires",)),
    Validity.REPEALED: ("repealed", ()),
    Validity.SUPERSEDED: ("superseded", ()),
    Validity.UNKNOWN: ("unknown_validity", ()),
}
_SUCCEEDED = {
    Validity.EXPIRED: "expired_succeeded",
    Validity.SUPERSEDED: "superseded_by",
    Validity.REPEALED: "repealed_by",
}


class StandingWords:
    """Says whether a document binds, and what else is on record about it."""

    def __init__(self, wording: Wording) -> None:
        self._say = wording.say

    def binds(self, document: Document, on: date) -> bool:
        """Whether the document is in force on the day."""
        return document.validity(on) is Validity.IN_FORCE

    def notice(self, document: Document, successor: Document | None, on: date) -> str:
        """The line that warns of a document not in force, with the one to use instead; empty for one in force."""
        validity = document.validity(on)
        paper = document.number or self._say("policy.titled", title=document.title)
        if validity is Validity.IN_FORCE:
            if not document.amended_by:
                return ""
            return self._say(
                "policy.amended", paper=paper, amending=self._say("policy.by_name", name="、".join(document.amended_by))
            )
        key, facts = _NOTICES[validity]
        said = {fact: spoken(getattr(document, fact)) for fact in facts}
        following = self._following(document, successor)
        if following and validity in _SUCCEEDED:
            key, said = _SUCCEEDED[validity], {**said, "successor": following}
        return self._say(f"policy.{key}", paper=paper, **said)

    def then_and_now(self, document: Document, successor: Document | None, on: date, today: date) -> str:
        """How a document stood on the day asked about, then how it stands today where that is otherwise."""
        paper = document.number or self._say("policy.titled", title=document.title)
        then = self.notice(document, successor, on)
        if not self.binds(document, on):
            return then + self.now(document, on, today)
        until = self._say("policy.until", expires=spoken(document.expires)) if document.expires else ""
        standing = self._say("policy.in_force_then", paper=paper, day=spoken(on), until=until)
        return standing + then + self.now(document, on, today)

    def now(self, document: Document, on: date, today: date) -> str:
        """How a document stands today; empty where it stood so on the day asked about."""
        if document.validity(today) is document.validity(on):
            return ""
        return self._say("policy.standing_now", standing=self.briefly(document, today))

    def briefly(self, document: Document, on: date) -> str:
        """How a document stands, in a few words among others about it."""
        validity = document.validity(on)
        if validity is Validity.IN_FORCE and document.expires is not None:
            return self._say("policy.standing_in_force_until", expires=spoken(document.expires))
        facts = _NOTICES[validity][1] if validity in _NOTICES else ()
        return self._say(
            f"policy.standing_{validity.value}", **{fact: spoken(getattr(document, fact)) for fact in facts}
        )

    def _following(self, document: Document, successor: Document | None) -> str:
        """What to use instead: the title of the document at hand, else the name on record; empty where none is."""
        if successor is not None:
            return self.titled(successor)
        name = document.replaced_by or document.repealed_by
        return self._say("policy.by_name", name=name) if name else ""

    def titled(self, document: Document) -> str:
        """A document by its title, and by its number where it has one: revised papers often keep their title."""
        if not document.number:
            return self._say("policy.titled", title=document.title)
        return self._say("policy.titled_numbered", title=document.title, number=document.number)

    def next_step(self, document: Document, on: date, role: Role) -> str:
        """What to do after an answer from the document; those who keep the library also learn how to add to it."""
        if self.binds(document, on):
            return self._say("policy.next_in_force", issuer=self._issuer(document))
        key = "next_for_keepers" if role.includes(Role.OFFICIAL) else "next_not_in_force"
        return self._say(f"policy.{key}", issuer=self._issuer(document))

    def lines(self, status: DocumentStatus, mark: str) -> list[str]:
        """The standing and the facts asked for, then the rest on record."""
        asked = [fact for fact in _FACTS if fact in status.aspects]
        rest = [fact for fact in _FACTS if fact not in status.aspects]
        facts = [self._fact(status.document, fact, mark) for fact in (*asked, *rest)]
        lines = [self._standing(status, mark), "".join(facts)]
        if asked:
            lines = [self._fact(status.document, fact, mark) for fact in asked] + [lines[0]] + facts[len(asked) :]
            lines = [*lines[: len(asked) + 1], "".join(lines[len(asked) + 1 :])]
        lines += self._relations(status.document)
        return [*lines, self._say("policy.status_on", day=spoken(status.on))]

    def entry(self, status: DocumentStatus, mark: str, today: date) -> str:
        """A document among several that a question may mean: dated, its standing, then the facts asked for."""
        document = status.document
        dates = {"issued": document.issued, "from": document.effective}
        facts = [document.number or self._say("policy.unnumbered")]
        facts += [self._say(f"policy.dated_{name}", day=spoken(day)) for name, day in dates.items() if day]
        said = self._say(
            "policy.status_entry",
            title=document.title,
            facts="，".join(facts),
            mark=mark,
            standing=self.briefly(document, status.on),
        )
        following = self._following(document, status.successor)
        if following:
            said += self._say("policy.status_entry_followed", successor=following)
        asked = "".join(self._fact(document, fact, mark) for fact in ("issuer", "region") if fact in status.aspects)
        return said + self.now(document, status.on, today) + asked

    def _relations(self, document: Document) -> list[str]:
        """What the document does to others, and which ones amend it."""
        known = {"amended_by": document.amended_by, "amends": document.amends, "replaces": document.replaces}
        known |= {"repeals": document.repeals, "implements": document.implements}
        said = (
            self._say(f"policy.relation_{name}", others="、".join(others)) for name, others in known.items() if others
        )
        return [words] if (words := "".join(said)) else []

    def status_next_step(self, status: DocumentStatus, role: Role) -> str:
        """What to do after learning how a document stands."""
        if self.binds(status.document, status.on):
            return self._say("policy.status_next_in_force", issuer=self._issuer(status.document))
        key = "status_next_for_keepers" if role.includes(Role.OFFICIAL) else "status_next_not_in_force"
        return self._say(f"policy.{key}", issuer=self._issuer(status.document))

    def _standing(self, status: DocumentStatus, mark: str) -> str:
        document, validity = status.document, status.validity
        said: dict[str, str] = {"title": document.title, "mark": mark}
        key = f"status_{validity.value}"
        match validity:
            case Validity.IN_FORCE if document.expires is None:
                key = "status_open"
            case Validity.IN_FORCE:
                said["expires"] = spoken(document.expires)
            case Validity.EXPIRED:
                said["expires"] = spoken(document.expires)
                key, said = self._succeeded(key, said, status, "status_expired_succeeded")
            case Validity.SUPERSEDED:
                key, said = self._succeeded(key, said, status, "status_superseded_by")
            case Validity.REPEALED:
                key, said = self._succeeded(key, said, status, "status_repealed_by")
            case Validity.NOT_YET:
                said["effective"] = spoken(document.effective)
        return self._say(f"policy.{key}", **said)

    def _succeeded(
        self, key: str, said: dict[str, str], status: DocumentStatus, with_successor: str
    ) -> tuple[str, dict[str, str]]:
        following = self._following(status.document, status.successor)
        return (with_successor, {**said, "successor": following}) if following else (key, said)

    def _fact(self, document: Document, fact: str, mark: str) -> str:
        value = getattr(document, fact)
        if not value:
            return self._say(f"policy.unknown_{fact}")
        return self._say(f"policy.fact_{fact}", **{fact: spoken(value), "mark": mark})

    def _issuer(self, document: Document) -> str:
        return document.issuer or self._say("policy.issuer_unknown")


def spoken(value: date | str | None) -> str:
    """A date as 2021年12月31日, anything else as it is, nothing as an empty string."""
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return value or ""
