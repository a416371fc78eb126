"""What can be wrong with a document, as facts; the words for people are said elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Flaw(StrEnum):
    """Kinds of trouble; each takes the facts named behind it."""

    NO_FRONT_MATTER = "no_front_matter"
    """The file does not open with a front matter block between two ``---`` lines."""
    BAD_FRONT_MATTER = "bad_front_matter"
    """``key``, ``reason``: a key is missing, unknown or has a value of the wrong form."""
    BAD_BLOCK = "bad_block"
    """``line``: the block at the head of a file to be added cannot be read from that line on."""
    DATES_OUT_OF_ORDER = "dates_out_of_order"
    """``effective``, ``expires``: it expires before it takes effect."""
    EMPTY_BODY = "empty_body"
    """There is no text after the front matter, or none in the file to be added."""
    BODY_CHANGED = "body_changed"
    """``recorded``, ``actual``: SHA-256 of the body differs from the one in its front matter."""
    DUPLICATE_ID = "duplicate_id"
    """``doc_id``, ``other``: two files carry one identifier."""
    DUPLICATE_NUMBER = "duplicate_number"
    """``number``, ``title``, ``other``, ``other_title``: two documents carry one 文号."""
    NOT_VERBATIM = "not_verbatim"
    """``clause_id``: a clause's text is not the document's text at its span."""
    UNREADABLE = "unreadable"
    """``reason``: the file cannot be opened."""
    UNDECODABLE = "undecodable"
    """The bytes are no text in UTF-8, UTF-16 or GB18030."""
    UNSUPPORTED_FORMAT = "unsupported_format"
    """``extension``, ``supported``: there is no reader for this kind of file."""
    TOO_LARGE = "too_large"
    """``limit_mb``: the file is larger than a policy document can sensibly be."""
    TOO_LONG = "too_long"
    """``limit``: the file holds more characters than a policy document can sensibly have."""
    TOO_DEMANDING = "too_demanding"
    """``limit_mb``, ``step_s``, ``total_s``: reading it takes more memory or time (for a page, in all) than that."""
    ENCRYPTED = "encrypted"
    """The file can be opened with a password only."""
    DAMAGED = "damaged"
    """The bytes are not what the format, or the name of the file, says they are."""
    OLD_FORMAT = "old_format"
    """It is a Word document of before 2007 (``.doc``, ``.wps``)."""
    OTHER_PACKAGE = "other_package"
    """It is a zipped file, yet no Word document: a workbook, slides, an archive."""
    MACROS = "macros"
    """It is a Word document that carries macros."""
    EXPANDS = "expands"
    """``limit_mb``: unpacked it would be larger than that, or it is packed as no document is."""
    NO_PAGES = "no_pages"
    """It is a PDF without a page."""
    TOO_MANY_PAGES = "too_many_pages"
    """``pages``, ``limit``: it is a PDF with more pages than can be read."""
    NO_TEXT_LAYER = "no_text_layer"
    """It is a PDF of pictures (a scan), or one whose characters stand for nothing."""
    BAD_ADDRESS = "bad_address"
    """It is no http or https address with a host and without a password."""
    UNKNOWN_HOST = "unknown_host"
    """``host``: the name does not resolve."""
    ADDRESS_NOT_PUBLIC = "address_not_public"
    """``host``, ``address``: it leads into a private, local or reserved network."""
    NOT_SERVED = "not_served"
    """``status``: the server answers with another status than 200."""
    NOT_FETCHED = "not_fetched"
    """``reason``: the connection failed."""
    TOO_MANY_REDIRECTS = "too_many_redirects"
    """``limit``: the address leads to another and so on, more often than that."""
    TOO_SLOW = "too_slow"
    """``limit_s``: the server did not send everything in so many seconds."""
    VERSION_OUT_OF_ORDER = "version_out_of_order"
    """``doc_id``, ``key``, ``new``, ``old``: the revised text carries an earlier date than the one it revises."""
    BAD_RELATIONS = "bad_relations"
    """The file of recorded relations is not one that the program writes."""
    RELATION_TO_ITSELF = "relation_to_itself"
    """``doc_id``: a document is said to do something to itself."""
    RELATION_IN_A_CIRCLE = "relation_in_a_circle"
    """``doc_id``: by what replaces or repeals it, a document would come after itself."""
    RELATION_OUT_OF_ORDER = "relation_out_of_order"
    """``doc_id``, ``other``, ``since``, ``begins``: it would end another before that one begins."""
    UNKNOWN_DOCUMENT = "unknown_document"
    """``doc_id``: the library holds no such document."""
    SHIPPED_DOCUMENT = "shipped_document"
    """``doc_id``: it came with the program and can be neither removed nor overwritten."""


_REMEDIES = {
    Flaw.NO_FRONT_MATTER: "start the file with '---', the keys title, issuer and region, and '---'",
    Flaw.BAD_FRONT_MATTER: "correct that key in the block at the top of the file",
    Flaw.BAD_BLOCK: "write it as 'name: value' line by line, or leave it out",
    Flaw.DATES_OUT_OF_ORDER: "correct effective or expires so that the first is not later than the second",
    Flaw.EMPTY_BODY: "put the document's text into the file",
    Flaw.BODY_CHANGED: "restore the file, or remove the document and add the new text",
    Flaw.DUPLICATE_ID: "rename one of the two files",
    Flaw.DUPLICATE_NUMBER: "remove one of the two, or correct its number",
    Flaw.NOT_VERBATIM: "report this: the structure parser is wrong for this document",
    Flaw.UNREADABLE: "check the path and the permissions",
    Flaw.UNDECODABLE: "save the file as UTF-8 text",
    Flaw.UNSUPPORTED_FORMAT: "convert the file to one of the supported formats",
    Flaw.TOO_LARGE: "split the file, or add the text without its attachments",
    Flaw.TOO_LONG: "split the file",
    Flaw.TOO_DEMANDING: "export the document anew, without drawings, or add its text as .docx or .txt",
    Flaw.ENCRYPTED: "save it without a password",
    Flaw.DAMAGED: "open the file in the program it was made with and save it again",
    Flaw.OLD_FORMAT: "save it as .docx",
    Flaw.OTHER_PACKAGE: "save it as .docx or .pdf",
    Flaw.MACROS: "save it as .docx, which holds no macros",
    Flaw.EXPANDS: "save the text alone as .docx",
    Flaw.NO_PAGES: "export the document to PDF again",
    Flaw.TOO_MANY_PAGES: "split the file",
    Flaw.NO_TEXT_LAYER: "run it through OCR, or add the text as .docx or .txt",
    Flaw.BAD_ADDRESS: "give an address that starts with http:// or https://",
    Flaw.UNKNOWN_HOST: "check the address, or save the page and add the file",
    Flaw.ADDRESS_NOT_PUBLIC: "save the page and add the file",
    Flaw.NOT_SERVED: "check the address in a browser, or save the page and add the file",
    Flaw.NOT_FETCHED: "check the network, or save the page and add the file",
    Flaw.TOO_MANY_REDIRECTS: "open it in a browser and give the last address",
    Flaw.TOO_SLOW: "try again later, or save the page and add the file",
    Flaw.VERSION_OUT_OF_ORDER: "correct the date, or remove the document first",
    Flaw.BAD_RELATIONS: "restore the file, or delete it and record the relations again",
    Flaw.RELATION_TO_ITSELF: "name the other document",
    Flaw.RELATION_IN_A_CIRCLE: "withdraw one of the relations with 'policybot knowledge relate … --withdraw'",
    Flaw.RELATION_OUT_OF_ORDER: "check which of the two documents follows the other, and the dates",
    Flaw.UNKNOWN_DOCUMENT: "list the documents with 'policybot knowledge list'",
    Flaw.SHIPPED_DOCUMENT: "leave it; add other documents beside it",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Args:
        flaw: what kind.
        file: name of the file (or doc_id) it is wrong in.
        facts: the values its ``Flaw`` names.
    """

    flaw: Flaw
    file: str
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def remedy(self) -> str:
        """What to do about it, for logs; people are told in their own language."""
        return _REMEDIES[self.flaw]

    def __str__(self) -> str:
        facts = ", ".join(f"{key} {value}" for key, value in self.facts.items())
        return f"{self.file}: {self.flaw.value.replace('_', ' ')}{f' ({facts})' if facts else ''}; {self.remedy}"


class DocumentError(ValueError):
    """A document cannot be used; ``problem`` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
