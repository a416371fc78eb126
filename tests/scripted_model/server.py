"""A scripted OpenAI-compatible server on the loopback interface.

Each request takes the next reply of the script; when the script is used up, the last reply is given again, so that a
model that never stops asking for tools can be played with a single entry.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "scripted-1"


@dataclass(frozen=True)
class Reply:
    """One HTTP reply, or a way of failing to give one.

    Args:
        body: sent as it is.
        status: HTTP status code.
        fate: ``answer``; ``hang`` until the server closes; ``drop`` the connection without a word.
    """

    body: bytes = b""
    status: int = 200
    fate: str = "answer"


def _completion(message: Mapping[str, Any], finish_reason: str) -> Reply:
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [{"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish_reason}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
    return Reply(json.dumps(body, ensure_ascii=False).encode())


def says(content: str, reasoning: str = "") -> Reply:
    """Plain text, with the thinking of a reasoning model beside it where given."""
    extra = {"reasoning_content": reasoning} if reasoning else {}
    return _completion({"content": content, **extra}, "stop")


def calls(*named: tuple[str, Mapping[str, Any] | str]) -> Reply:
    """Tool calls; arguments given as a string are sent unparsed."""
    tool_calls = [
        {
            "id": f"call_{position}",
            "type": "function",
            "function": {"name": name, "arguments": given if isinstance(given, str) else json.dumps(given)},
        }
        for position, (name, given) in enumerate(named)
    ]
    return _completion({"content": None, "tool_calls": tool_calls}, "tool_calls")


def fails(status: int, message: str = "scripted failure") -> Reply:
    """An HTTP error in OpenAI's form."""
    return Reply(json.dumps({"error": {"message": message, "type": "scripted"}}).encode(), status)


def raw(body: bytes) -> Reply:
    """Any bytes with status 200."""
    return Reply(body)


HANGS = Reply(fate="hang")
DROPS = Reply(fate="drop")


@dataclass
class ScriptedModel:
    """The running server as tests see it.

    Args:
        url: base URL for an OpenAI client, ending in ``/v1``.
        requests: bodies received so far, in order.
        authorizations: the ``Authorization`` headers, in the same order.
    """

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)
    _script: list[Reply] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closing: threading.Event = field(default_factory=threading.Event)

    def script(self, *replies: Reply) -> None:
        """From now on give these replies, in order, the last one for ever."""
        with self._lock:
            self._script = list(replies)

    def offered_tools(self, request: int) -> set[str]:
        """The tools the client offered in its n-th request."""
        return {tool["function"]["name"] for tool in self.requests[request].get("tools", ())}

    def prompt(self, request: int) -> str:
        """All messages of the n-th request as one text."""
        return "\n".join(str(message.get("content") or "") for message in self.requests[request]["messages"])

    def take(self, body: dict[str, Any], authorization: str) -> Reply:
        """Note a request and hand out its reply."""
        with self._lock:
            self.requests.append(body)
            self.authorizations.append(authorization)
            return self._script.pop(0) if len(self._script) > 1 else self._script[0]

    def wait_for_closing(self) -> None:
        """Block as a server that hangs does."""
        self._closing.wait()

    def close(self) -> None:
        """Let go of everything that hangs."""
        self._closing.set()


def _handler(model: ScriptedModel) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            reply = model.take(body, self.headers.get("Authorization", ""))
            if reply.fate == "hang":
                model.wait_for_closing()
            self.close_connection = True
            if reply.fate == "answer":
                self._send(reply)

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    return Handler


@contextmanager
def scripted_model(replies: Sequence[Reply] = (says("好的。"),)) -> Iterator[ScriptedModel]:
    """A running server, gone at the end of the block."""
    model = ScriptedModel()
    model.script(*replies)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(model))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        model.close()
        server.shutdown()
        thread.join()
        server.server_close()
