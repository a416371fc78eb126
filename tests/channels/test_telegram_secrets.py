"""The token is nowhere but in the requests themselves."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.telegram_application import Profile, serve
from bot.channels.telegram_connection import TelegramUnusableError
from bot.channels.telegram_secrets import MASK, Redaction, token_kept_out_of_logs
from stats_tools.database import Database
from tests.channels.telegram_world import (
    ANN,
    TODAY,
    TOKEN,
    WORDING,
    FakeTelegram,
    Fault,
    ScriptedAssistant,
    on_a_jumping_clock,
    telegram_world,
)

SECRET = TOKEN.partition(":")[2]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything any handler writes: at the root, at a logger that does not pass on, with a formatter of its own."""
    stream = io.StringIO()
    root, lonely = logging.getLogger(), logging.getLogger("telegram.lonely")
    handlers = [logging.StreamHandler(stream), logging.StreamHandler(stream)]
    handlers[1].setFormatter(logging.Formatter("%(name)s|%(msg)s|%(args)s|%(message)s"))
    before = root.level, lonely.propagate
    root.setLevel(logging.DEBUG)
    lonely.propagate = False
    root.addHandler(handlers[0])
    root.addHandler(handlers[1])
    lonely.addHandler(handlers[1])
    yield stream
    root.removeHandler(handlers[0])
    root.removeHandler(handlers[1])
    lonely.removeHandler(handlers[1])
    root.setLevel(before[0])
    lonely.propagate = before[1]


class Leaky:
    def __str__(self) -> str:
        return f"<request to /bot{TOKEN}/sendMessage>"


LEAKS = st.sampled_from(
    [TOKEN, SECRET, quote(TOKEN, safe=""), f"https://host/bot{TOKEN}/getMe", Leaky(), TOKEN.encode()]
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    leak=LEAKS, depth=st.integers(0, 3), place=st.sampled_from(["message", "argument", "exception", "misfit", "stack"])
)
def test_no_record_shows_the_token_however_it_got_there(
    written: io.StringIO, leak: object, depth: int, place: str
) -> None:
    written.truncate(0)
    log = logging.getLogger("telegram.lonely" if depth % 2 else "httpx")
    with token_kept_out_of_logs(Redaction(TOKEN)):
        match place:
            case "message":
                log.warning(f"HTTP Request: {leak}")
            case "argument":
                log.warning("HTTP Request: %s %r", leak, {"url": leak})
            case "misfit":
                log.warning("HTTP Request: %d %d", leak)
            case "stack":
                log.warning("where %s", leak, stack_info=True)
            case _:
                try:
                    _raise_chain(leak, depth)
                except RuntimeError:
                    log.exception("failed for %s", leak)
    shown = written.getvalue()
    assert shown
    assert SECRET not in shown
    assert quote(SECRET, safe="") not in shown


def _raise_chain(leak: object, depth: int) -> None:
    try:
        if depth:
            _raise_chain(leak, depth - 1)
        raise ValueError(f"cannot reach {leak}")
    except (ValueError, RuntimeError) as error:
        raise RuntimeError(f"request {leak} failed") from error


def test_logging_is_as_before_afterwards() -> None:
    factory = logging.getLogRecordFactory()
    with token_kept_out_of_logs(Redaction(TOKEN)):
        assert logging.getLogRecordFactory() is not factory
    assert logging.getLogRecordFactory() is factory


def test_words_that_merely_look_like_a_short_secret_stay() -> None:
    assert Redaction("123:TEST")("A TEST of 123:TEST") == f"A TEST of {MASK}"


FAULTS = st.lists(
    st.builds(
        Fault,
        method=st.sampled_from(["sendMessage", "sendChatAction", "answerCallbackQuery", "setMyCommands"]),
        status=st.sampled_from([0, 400, 401, 403, 404, 429, 500, 502]),
        description=st.sampled_from(["Unauthorized", f"no such bot {TOKEN}", "Bad Request: chat not found"]),
        lost=st.sampled_from(["", "connect", "before", "after"]),
        times=st.integers(1, 3),
    ),
    max_size=4,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=FAULTS)
def test_under_any_faults_nothing_written_or_sent_holds_the_token(
    written: io.StringIO, tmp_path: Path, database: Database, faults: list[Fault]
) -> None:
    async def main() -> None:
        with token_kept_out_of_logs(Redaction(TOKEN)):
            async with telegram_world(database) as world:
                world.telegram.faults += faults
                await world.write("营收？")
                await world.press_token("stale")
                await world.write("/whoami")
                await world.quiet()
                said = str([call.parameters for call in world.telegram.attempts])
        assert SECRET not in said

    on_a_jumping_clock(main)
    assert SECRET not in written.getvalue()


@pytest.mark.parametrize(("status", "reason"), [(401, "token"), (404, "token"), (500, "unreachable")])
def test_a_start_that_fails_tells_why_without_the_token(
    written: io.StringIO, tmp_path: Path, database: Database, status: int, reason: str
) -> None:
    async def main() -> None:
        telegram = FakeTelegram()
        telegram.faults.append(Fault("getMe", status, f"no bot {TOKEN}", times=99))
        with pytest.raises(TelegramUnusableError) as caught:
            await serve(Profile(TOKEN, tmp_path), ScriptedAssistant(), database, WORDING, lambda: TODAY, "me", telegram)
        assert caught.value.reason == reason
        assert SECRET not in repr(caught.value)

    on_a_jumping_clock(main)
    assert SECRET not in written.getvalue()


def test_the_database_never_holds_the_token(database: Database) -> None:
    async def main() -> None:
        async with telegram_world(database) as world:
            description = f"Forbidden: bot {TOKEN} was blocked by the user"
            world.telegram.faults.append(Fault("sendMessage", 403, description, chat=ANN))
            await world.write("营收？")
            await world.quiet()

    on_a_jumping_clock(main)
    with database.reading() as connection:
        chats = connection.exec_driver_sql("SELECT reason FROM telegram_chats").all()
    assert "blocked" in str(chats)
    assert SECRET not in str(chats)
