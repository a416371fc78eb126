"""A file that would take the machine down while it is read is given up within bounds, with the reason."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import pytest

from knowledge.errors import DocumentError, Flaw
from knowledge.readers import read_content, read_guarded
from knowledge.reading_apart import Bounds, read_apart
from tests.knowledge.samples import pdf_file, word_file

SMALL = Bounds(memory_mb=768, step_s=8.0, total_s=20.0)
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]"
WORDS = b"BT /F 12 Tf 72 700 Td (ab) Tj ET"


def stream(content: bytes, entries: bytes = b"", times: int = 1) -> bytes:
    """The content so many times over, packed."""
    packing = zlib.compressobj(1)
    packed = b"".join(packing.compress(content) for _ in range(times)) + packing.flush()
    return b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (entries, len(packed), packed)


def bomb(content: bytes, forms: Sequence[bytes] = ()) -> bytes:
    """A PDF of one page that draws this content; the forms are its objects from number 6 on."""
    resources = b"<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources%s>>" % resources
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, content, font, *forms]
    written, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(written))
    return written + head + table + tail


def nested(depth: int, times: int) -> bytes:
    """Forms that each draw the next one several times, the last one words."""
    drawn = b"/X Do " * times
    forms = [stream(drawn, FORM + b"/Resources<</XObject<</X %d 0 R>>>>" % (7 + level)) for level in range(depth)]
    return bomb(stream(b"/X Do"), [*forms, stream(WORDS, FORM + b"/Resources<</Font<</F 5 0 R>>>>")])


BOMBS = {
    "a stream that unfolds to more than there is memory": lambda: bomb(stream(b" " * 2**20, times=500)),
    "forms that draw forms": lambda: nested(9, 10),
    "two million words on one page": lambda: bomb(stream(WORDS[:-2] + b"(ab) Tj " * 2_000_000 + b"ET")),
    "three million lines on one page": lambda: bomb(stream(WORDS + b" 1 1 m 9 9 l S" * 3_000_000)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_that_unfolds_without_end_is_given_up(name: str) -> None:
    content = BOMBS[name]()
    assert len(content) < 4 * 2**20
    with pytest.raises(DocumentError) as caught:
        read_apart("炸弹.pdf", content, bounds=SMALL)
    assert caught.value.problem.flaw in (Flaw.TOO_DEMANDING, Flaw.EMPTY_BODY, Flaw.DAMAGED)
    assert caught.value.problem.file == "炸弹.pdf"


def test_the_bounds_are_part_of_the_reason() -> None:
    with pytest.raises(DocumentError) as caught:
        read_apart("慢.pdf", pdf_file(), bounds=Bounds(step_s=0.0))
    assert caught.value.problem.flaw is Flaw.TOO_DEMANDING
    assert caught.value.problem.facts == {"limit_mb": "3072", "step_s": "0", "total_s": "1200"}


@pytest.mark.parametrize(("file", "content"), [("办法.docx", word_file()), ("办法.pdf", pdf_file())])
def test_the_other_process_reads_what_this_one_does_and_tells_how_far_it_is(file: str, content: bytes) -> None:
    here: list[tuple[int, int]] = []
    there: list[tuple[int, int]] = []
    reading = read_content(file, content, lambda done, total: here.append((done, total)))
    assert read_guarded(file, content, lambda done, total: there.append((done, total))) == reading
    assert there == here != []


def test_what_the_other_process_refuses_is_refused_with_its_reason() -> None:
    with pytest.raises(DocumentError) as caught:
        read_guarded("坏.pdf", b"%PDF-1.7 nothing more")
    assert caught.value.problem.flaw is Flaw.DAMAGED
    assert caught.value.problem.file == "坏.pdf"
