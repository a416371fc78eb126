"""Bytes of a text file to characters, whichever of the usual Chinese encodings they are in."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(content: bytes) -> str | None:
    """The text, None where the bytes are text in none of UTF-8, UTF-16 (with or without a mark) or GB18030."""
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    candidates = [marked] if marked else _unmarked(content)
    for encoding in candidates:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Text has no NUL; binary formats and a wrong guess of the byte order do.
        if "\0" not in text:
            return text
    return None


def _unmarked(content: bytes) -> list[str]:
    """Encodings to try in turn; NUL bytes, which neither UTF-8 nor GB18030 text has, tell UTF-16 and its byte order."""
    if b"\0" not in content:
        return ["utf-8", "gb18030"]
    high_byte_first = content[0::2].count(0) >= content[1::2].count(0)
    return ["utf-16-be"] if high_byte_first else ["utf-16-le"]
