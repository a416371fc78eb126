"""The contract check finds what Telegram would refuse, and lets pass what it takes."""

from __future__ import annotations

import json

import pytest

from tests.e2e.contract import violations


def keyboard(button: dict[str, str]) -> str:
    return json.dumps({"inline_keyboard": [[button]]})


@pytest.mark.parametrize(
    ("method", "fields", "files"),
    [
        ("getMe", {}, ()),
        ("sendMessage", {"chat_id": "1", "text": "你好"}, ()),
        ("sendMessage", {"chat_id": "-5", "text": "123", "message_thread_id": "7", "parse_mode": "HTML"}, ()),
        ("sendMessage", {"chat_id": "1", "text": "<b>" + "字" * 4096 + "</b>", "parse_mode": "HTML"}, ()),
        (
            "sendMessage",
            {"chat_id": "1", "text": "x", "reply_markup": keyboard({"text": "a", "callback_data": "z" * 64})},
            (),
        ),
        ("sendPhoto", {"chat_id": "1", "caption": "c" * 1024}, ("photo",)),
        (
            "setMyCommands",
            {"commands": '[{"command": "start", "description": "开始"}]', "scope": '{"type": "default"}'},
            (),
        ),
    ],
)
def test_a_proper_request_passes(method: str, fields: dict[str, str], files: tuple[str, ...]) -> None:
    assert violations(method, fields, frozenset(files)) == []


@pytest.mark.parametrize(
    ("method", "fields", "files"),
    [
        ("sendMesage", {}, ()),
        ("sendMessage", {"text": "hi"}, ()),
        ("sendMessage", {"chat_id": "1", "txt": "hi"}, ()),
        ("sendMessage", {"chat_id": "1", "text": ""}, ()),
        ("sendMessage", {"chat_id": "1", "text": "字" * 4097}, ()),
        ("sendMessage", {"chat_id": "1", "text": "🙂" * 2049}, ()),
        ("sendMessage", {"chat_id": "1", "text": "hi", "message_thread_id": "abc"}, ()),
        ("sendMessage", {"chat_id": "1", "text": "<b>open", "parse_mode": "HTML"}, ()),
        ("sendMessage", {"chat_id": "1", "text": "a < b & c", "parse_mode": "HTML"}, ()),
        ("sendMessage", {"chat_id": "1", "text": "<h1>a</h1>", "parse_mode": "HTML"}, ()),
        ("sendMessage", {"chat_id": "1", "text": "<pre><b>a</b></pre>", "parse_mode": "HTML"}, ()),
        ("sendMessage", {"chat_id": "1", "text": "hi", "parse_mode": "html5"}, ()),
        ("sendMessage", {"chat_id": "1", "text": "hi", "reply_markup": keyboard({"callback_data": "y"})}, ()),
        (
            "sendMessage",
            {"chat_id": "1", "text": "hi", "reply_markup": keyboard({"text": "a", "callback_data": "z" * 65})},
            (),
        ),
        ("sendPhoto", {"chat_id": "1", "caption": "c" * 1025}, ("photo",)),
        ("sendPhoto", {"chat_id": "1"}, ()),
        ("sendDocument", {"chat_id": "1", "document": "attach://gone"}, ()),
        ("setMyCommands", {"commands": '[{"command": "start"}]'}, ()),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "字" * 201}, ()),
    ],
)
def test_an_improper_request_is_found(method: str, fields: dict[str, str], files: tuple[str, ...]) -> None:
    assert violations(method, fields, frozenset(files))
