"""The door to a language model: one OpenAI-compatible server, its failures translated, its key kept to itself."""

from __future__ import annotations

import re
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

T = TypeVar("T")
NO_KEY = "none"
"""Sent where no key is set: an empty one would make the client look for OPENAI_API_KEY in the environment."""
REST_S = 30.0
"""How long a server that did not answer at all is left alone, seconds."""
_THINKING = re.compile(r"<think>.*?</think>|^.*?</think>|<think>.*$", re.DOTALL)


class ModelUnavailableError(Exception):
    """The model gave no usable reply.

    The message names the kind of failure and where it arose, never what the server said: servers have been seen to
    repeat the key they were sent.
    """


@dataclass(frozen=True, slots=True)
class ModelEndpoint:
    """Where a chat model is served.

    Args:
        base_url: http or https, usually ending in ``/v1``.
        model: the model's name on that server.
        api_key: bearer token, empty where the server wants none.
        timeout_s: longest wait for one reply, seconds.
        retries: further attempts after a timeout, a refused connection, 429 or 5xx.
    """

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    timeout_s: float = 30.0
    retries: int = 1


class LanguageModel:
    """A chat model; the client (about 1.3 s to import) is made for the first question, not at start."""

    def __init__(self, endpoint: ModelEndpoint, clock: Callable[[], float] = time.monotonic) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._chat: BaseChatModel | None = None
        self._making = threading.Lock()
        self._resting_until = 0.0

    @property
    def name(self) -> str:
        """The model's name, shown as the engine of an answer."""
        return self._endpoint.model

    def reply(self, system: str, text: str) -> str:
        """What the model says to a single message, without tools and without its thinking; may be empty.

        Raises:
            ModelUnavailableError: no usable reply came.
        """
        return self.guarded(lambda chat: words(chat.invoke([("system", system), ("human", text)])))

    def guarded(self, use: Callable[[BaseChatModel], T]) -> T:
        """What ``use`` makes of the chat model.

        Raises:
            ModelUnavailableError: whatever the client or the server failed with; at once, for ``REST_S`` seconds after
                the server was out of reach, so that not every question waits for the same timeout.
        """
        if self._clock() < self._resting_until:
            raise ModelUnavailableError("not asked: the server was out of reach a moment ago")
        try:
            return use(self._client())
        except Exception as error:
            reason = _reason(error)
            if _is_out_of_reach(error):
                self._resting_until = self._clock() + REST_S
        # Raised outside the handler, so that the original, which may carry the key, is not even its context.
        raise ModelUnavailableError(reason)

    def _client(self) -> BaseChatModel:
        with self._making:
            if self._chat is None:
                self._chat = _chat_model(self._endpoint)
            return self._chat


def words(message: BaseMessage) -> str:
    """The text of a reply without a reasoning model's thinking."""
    return _THINKING.sub("", str(message.text)).strip()


def _chat_model(endpoint: ModelEndpoint) -> BaseChatModel:
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    return ChatOpenAI(
        base_url=endpoint.base_url,
        model=endpoint.model,
        api_key=SecretStr(endpoint.api_key or NO_KEY),
        timeout=endpoint.timeout_s,
        max_retries=endpoint.retries,
        temperature=0,
        use_responses_api=False,
    )


def _is_out_of_reach(error: Exception) -> bool:
    from openai import APIConnectionError

    return isinstance(error, APIConnectionError)


def _reason(error: Exception) -> str:
    status = getattr(error, "status_code", None)
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__}{f' {status}' if isinstance(status, int) else ''} in {place}"
