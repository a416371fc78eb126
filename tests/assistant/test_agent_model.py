"""The door to a language model: what it lets through, and the key it keeps."""

from __future__ import annotations

import logging
import string
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.assistant.agent_model import NO_KEY, REST_S, LanguageModel, ModelEndpoint, ModelUnavailableError
from tests.scripted_model.server import DROPS, HANGS, MODEL, Reply, fails, raw, says, scripted_model

KEYS = st.text(string.ascii_letters + string.digits + "-_.", min_size=12, max_size=40)


def model(url: str, key: str = "", timeout_s: float = 5.0, clock: Callable[[], float] = lambda: 0.0) -> LanguageModel:
    return LanguageModel(ModelEndpoint(url, MODEL, key, timeout_s, retries=0), clock)


def test_a_reply_is_its_text() -> None:
    with scripted_model([says(" 好的。\n")]) as server:
        assert model(server.url).reply("你是文秘。", "你好") == "好的。"
        assert [message["content"] for message in server.requests[0]["messages"]] == ["你是文秘。", "你好"]


def test_without_a_key_none_is_borrowed_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    with scripted_model() as server:
        model(server.url).reply("s", "t")
        assert server.authorizations == [f"Bearer {NO_KEY}"]


def test_the_failure_says_what_kind_it_was() -> None:
    with scripted_model([fails(429)]) as server, pytest.raises(ModelUnavailableError, match="429"):
        model(server.url).reply("s", "t")


@pytest.mark.parametrize("out_of_reach", [HANGS, DROPS])
def test_a_server_out_of_reach_is_left_alone_for_a_while(out_of_reach: Reply) -> None:
    now = [100.0]
    with scripted_model([out_of_reach, says("又好了。")]) as server:
        chat = model(server.url, timeout_s=0.2, clock=lambda: now[0])
        for _ in range(3):
            _failure(chat)
        assert len(server.requests) == 1
        now[0] += REST_S
        assert chat.reply("s", "t") == "又好了。"


def test_a_server_that_answers_with_an_error_is_asked_again() -> None:
    with scripted_model([fails(500), says("又好了。")]) as server:
        chat = model(server.url)
        _failure(chat)
        assert chat.reply("s", "t") == "又好了。"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=KEYS)
def test_no_key_is_ever_in_an_exception_or_a_log(key: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.clear()
    with scripted_model([fails(401, f"bad {key}"), fails(500, key), raw(key.encode())]) as server:
        chat = model(server.url, key)
        with caplog.at_level(logging.DEBUG):
            failures = [_failure(chat) for _ in range(3)]
        assert server.authorizations == [f"Bearer {key}"] * 3
    said = [repr(chat.__dict__), *(f"{r.getMessage()} {r.exc_text}" for r in caplog.records)]
    for failure in failures:
        assert failure.__context__ is None
        assert failure.__cause__ is None
        said += [str(failure), repr(failure)]
    assert key not in "\n".join(said)


def _failure(chat: LanguageModel) -> ModelUnavailableError:
    with pytest.raises(ModelUnavailableError) as caught:
        chat.reply("s", "t")
    return caught.value


def test_langchain_is_not_imported_before_the_first_question() -> None:
    program = (
        "import sys; import bot.assistant.agent as a; import bot.assistant.agent_model as m;"
        "m.LanguageModel(m.ModelEndpoint('http://127.0.0.1:1/v1', 'x'));"
        "sys.exit(any(name.startswith(('langchain', 'openai', 'langgraph')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
