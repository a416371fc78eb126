"""Documents that run out: expired, about to, withdrawn, and without a successor at hand."""

from __future__ import annotations

from datetime import date, timedelta

from bot.assistant.policy.standing_words import spoken
from bot.assistant.types import Block, Paragraph
from bot.digests.types import Digest, DigestKind, DigestRequest, DigestScopeError
from knowledge.types import Document, Library, Validity
from prompts import Wording

DEFAULT_DAYS = 90
LONGEST_DAYS = 1000
_OVER = (Validity.EXPIRED, Validity.REPEALED, Validity.SUPERSEDED)


class ExpiryComposer:
    """Writes expiry notices over the documents at hand."""

    def __init__(self, library: Library, wording: Wording) -> None:
        self._library = library
        self._wording = wording

    def scope(self, _kind: DigestKind, words: str, /) -> str:
        """How many days ahead to look: 180 or 180天; 90 where nothing is said."""
        said = words.strip().removesuffix("天内").removesuffix("天") or str(DEFAULT_DAYS)
        if not (said.isascii() and said.isdigit() and 1 <= int(said) <= LONGEST_DAYS):
            raise DigestScopeError(self._say("expiry_scope", words=words, most=LONGEST_DAYS))
        return str(int(said))

    def called(self, scope: str, /) -> str:
        """How many days ahead is looked."""
        return self._say("expiry_called", days=scope)

    def compose(self, request: DigestRequest) -> Digest:
        """What has run out or will within the days of the scope."""
        days = int(self.scope(DigestKind.EXPIRY, request.scope))
        until = request.on + timedelta(days=days)
        documents = [each for each in self._library.documents() if each.kind == "original"]
        over = [each for each in documents if each.validity(request.on) in _OVER]
        soon = [
            each
            for each in documents
            if each not in over and each.expires is not None and request.on <= each.expires <= until
        ]
        blocks: list[Block] = [Paragraph(self._line(each, request.on)) for each in (*soon, *over)]
        if not blocks:
            blocks.append(Paragraph(self._say("expiry_none", days=days, count=len(documents))))
        missing = [each for each in (*soon, *over) if self._successor(each) is None]
        if missing:
            blocks.append(Paragraph(self._say("expiry_missing", count=len(missing))))
        state = {each.doc_id: [each.validity(request.on).value, each.replaced_by] for each in (*soon, *over)}
        unknown = [each for each in documents if each.validity(request.on) is Validity.UNKNOWN]
        details = (
            Paragraph(self._say("expiry_counts", count=len(documents), over=len(over), soon=len(soon), days=days)),
            *(Paragraph(self._say("expiry_undated", title=each.title)) for each in unknown),
            *(Paragraph(self._say("expiry_basis", basis=each.validity_basis)) for each in over if each.validity_basis),
        )
        title = self._say("expiry_title", days=days)
        unchanged = bool(request.previous) and dict(request.previous) == state
        if unchanged:
            blocks.insert(0, Paragraph(self._say("expiry_unchanged")))
        return Digest(title, tuple(blocks), details, data_as_of=request.on, is_unchanged=unchanged, state=state)

    def _line(self, document: Document, on: date) -> str:
        standing = document.validity(on)
        number = self._say("expiry_number", number=document.number) if document.number else ""
        name = self._say("expiry_name", title=document.title, number=number)
        if standing in (Validity.REPEALED, Validity.SUPERSEDED) or document.expires is None:
            how = self._say(f"expiry_{standing.value}")
        else:
            days = (document.expires - on).days
            key = "expiry_gone" if days < 0 else "expiry_ahead"
            how = self._say(key, expires=spoken(document.expires), days=abs(days))
        return "\n".join((name, how, self._following(document)))

    def _following(self, document: Document) -> str:
        successor = self._successor(document)
        if successor is not None:
            return self._say("expiry_successor", title=successor.title)
        if document.replaced_by:
            return self._say("expiry_successor_absent", name=document.replaced_by)
        return self._say("expiry_no_successor")

    def _successor(self, document: Document) -> Document | None:
        name = document.replaced_by
        return next((each for each in self._library.documents() if name and name in (each.doc_id, each.number)), None)

    def _say(self, key: str, **variables: object) -> str:
        return self._wording.say(f"digests.{key}", **variables)
