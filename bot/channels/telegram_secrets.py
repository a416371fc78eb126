"""The bot's token stays out of everything that is written down, whoever writes it and however it got there.

The HTTP client logs whole addresses and the Bot API carries the token in them; exceptions repeat both.  So the token is
taken out where log records are made: every handler of every logger, present or future, gets a record without it.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

MASK = "<token>"
_SHORTEST_SECRET = 12
"""Characters; a shorter secret part is masked only together with the bot's id, or ordinary words would be masked."""


class Redaction:
    """Takes a token out of texts.

    Args:
        token: the bot's token, ``<bot id>:<secret>``.
    """

    def __init__(self, token: str) -> None:
        secret = token.partition(":")[2]
        forms = {token, quote(token, safe="")}
        if len(secret) >= _SHORTEST_SECRET:
            forms |= {secret, quote(secret, safe="")}
        self._forms = sorted((form for form in forms if form), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text with every form of the token masked."""
        for form in self._forms:
            text = text.replace(form, MASK)
        return text


@contextmanager
def token_kept_out_of_logs(redaction: Redaction) -> Iterator[None]:
    """While the block runs, no log record contains the token: not in its message, its traceback or its stack."""
    make = logging.getLogRecordFactory()

    def make_without_token(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):
            # Arguments that do not fit would be printed as they are by logging's own error report.
            message = f"{record.msg} {record.args}"
        record.msg, record.args = redaction(message), None
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = redaction("".join(traceback.format_exception(*record.exc_info)).rstrip("\n"))
        record.exc_info = None
        if record.stack_info:
            record.stack_info = redaction(record.stack_info)
        return record

    logging.setLogRecordFactory(make_without_token)
    try:
        yield
    finally:
        logging.setLogRecordFactory(make)
