"""A Telegram of one process: updates in, requests recorded, faults at will, on a clock that jumps over waiting."""

from __future__ import annotations

import asyncio
import json
import selectors
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.assistant.types import Answer, Citation, Paragraph, Question, Quote, Status
from bot.channels.telegram_application import Profile, TelegramBot
from bot.channels.telegram_limits import Rates
from bot.database.telegram_schema import UpdateRow
from bot.digests.subscribing import Subscribing
from prompts import Wording
from stats_tools.database import Database
from tests.e2e.contract import violations

TOKEN = ":".join(("123456", "AAF-very_secret_part-of_the_token_0123"))
BOT = {"id": 123456, "is_bot": True, "first_name": "集群助手", "username": "ClusterBot"}
ANN, BOB, GROUP, FORUM = 11, 12, -5001, -1001234567890
TODAY = date(2021, 9, 1)
WORDING = Wording.load(in_chat=True)
_updates = count(1)
UNLIMITED = Rates(per_second=10_000, chat_interval=0, group_per_minute=10_000, edit_interval=0)


@dataclass
class Fault:
    """What goes wrong with the next requests that match.

    Args:
        method: name of the Bot API method.
        status: answered instead of doing anything; 0 for a failure of the connection.
        lost: ``before`` the request, ``after`` it was carried out, or ``connect`` for no connection at all.
    """

    method: str
    status: int = 0
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    lost: str = ""
    chat: int | None = None
    times: int = 1


@dataclass(frozen=True)
class Call:
    """A request as it was carried out."""

    method: str
    at: float
    parameters: Mapping[str, Any]
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    """Name and content of what was uploaded, by parameter."""

    @property
    def chat(self) -> int:
        return int(self.parameters["chat_id"])

    @property
    def text(self) -> str:
        return str(self.parameters.get("text", ""))

    @property
    def buttons(self) -> dict[str, str]:
        """Label to callback data."""
        rows = self.parameters.get("reply_markup", {}).get("inline_keyboard", [])
        return {button["text"]: button["callback_data"] for row in rows for button in row}


class FakeTelegram(BaseRequest):
    """Carries out what the bot asks for, in memory."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.attempts: list[Call] = []
        self.faults: list[Fault] = []
        self.reads_all = False
        self.owners: set[int] = set()
        self.files: dict[str, bytes] = {}
        self.broken: list[str] = []
        """What was asked for and the published method schema does not allow."""
        self._message = 5000

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        name = url.rsplit("/", 1)[1]
        if "/file/bot" in url:
            return 200, self.files[name]
        parameters = {key: _value(value) for key, value in (request_data.parameters if request_data else {}).items()}
        call = Call(name, asyncio.get_running_loop().time(), parameters, _uploads(request_data))
        fields = request_data.json_parameters if request_data else {}
        self.broken += [f"{name}: {each}" for each in violations(name, fields, frozenset(call.files))]
        self.attempts.append(call)
        fault = self._fault(call)
        if fault and fault.lost == "connect":
            raise NetworkError(f"cannot reach {url}") from httpx.ConnectError(f"no route to {url}")
        if fault and fault.lost == "before":
            raise NetworkError(f"lost {url}") from httpx.RemoteProtocolError(f"closed {url}")
        if fault and fault.status:
            body = {"ok": False, "error_code": fault.status, "description": fault.description}
            return fault.status, json.dumps({**body, "parameters": fault.parameters}).encode()
        result = self._carry_out(call)
        if fault and fault.lost == "after":
            raise TimedOut from httpx.ReadTimeout(f"no answer from {url}")
        return 200, json.dumps({"ok": True, "result": result}).encode()

    def sent(self, method: str = "sendMessage", chat: int | None = None) -> list[Call]:
        """What was carried out, in order."""
        return [c for c in self.calls if c.method == method and (chat is None or c.chat == chat)]

    def texts(self, chat: int | None = None) -> list[str]:
        return [call.text for call in self.sent(chat=chat)]

    def _fault(self, call: Call) -> Fault | None:
        for fault in self.faults:
            here = fault.chat is None or str(call.parameters.get("chat_id")) == str(fault.chat)
            if fault.times and fault.method == call.method and here:
                fault.times -= 1
                return fault
        return None

    def _carry_out(self, call: Call) -> Any:
        self.calls.append(call)
        if call.method == "getMe":
            return {**BOT, "can_read_all_group_messages": self.reads_all}
        if call.method == "getChatMember":
            user = int(call.parameters["user_id"])
            status = {"status": "creator", "is_anonymous": False} if user in self.owners else {"status": "member"}
            return {**status, "user": person(user)}
        if call.method == "getFile":
            name = call.parameters["file_id"]
            return {"file_id": name, "file_unique_id": name, "file_path": f"documents/{name}"}
        if call.method == "sendMessageDraft" or not call.method.startswith(("sendM", "sendP", "sendD", "editM")):
            return True
        self._message += 1
        number = int(call.parameters.get("message_id", self._message))
        chat = {"id": call.chat, "type": "private" if call.chat > 0 else "supergroup"}
        return {"message_id": number, "date": 1, "chat": chat, "from": BOT, "text": call.text}


def _uploads(request_data: RequestData | None) -> dict[str, tuple[str, bytes]]:
    parts = request_data.multipart_data if request_data else {}
    return {key: (name, content) for key, (name, content, *_) in (parts or {}).items() if isinstance(content, bytes)}


def _value(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value[:1] in "{[" else value


class ScriptedAssistant:
    """Answers every question with itself, unless told otherwise; remembers who asked."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.replies: dict[str, Answer] = {}
        self.before: Callable[[Question], None] = lambda _question: None
        self.meanwhile: dict[str, Answer] = {}
        """What stands, by question, while ``before`` takes its time."""

    def answer(self, question: Question, meanwhile: Callable[[Answer], None] | None = None) -> Answer:
        if meanwhile and question.text in self.meanwhile:
            meanwhile(self.meanwhile[question.text])
        self.before(question)
        self.asked.append(question)
        return self.replies.get(question.text) or says(question.text, f"答：{question.text}")


def says(question: str, *paragraphs: str, **parts: Any) -> Answer:
    """An answer of paragraphs."""
    blocks = tuple(Paragraph(text) for text in paragraphs)
    return Answer(**{"question": question, "status": Status.ANSWERED, "blocks": blocks, **parts})


def citation(n: int, quote: str = "支持骨干企业发行公司债。", expires: date | None = None) -> Citation:
    title, section = "实施方案", ("三、推进措施。", "（四）加大政策扶持力度。")
    return Citation(n, "plan", title, "鲁发改〔2020〕194号", section, quote, 0, 1, None, expires, expires is None)


def cited(question: str, count: int = 1, **parts: Any) -> Answer:
    """An answer with quotations."""
    citations = tuple(citation(n, f"第{n}条依据。") for n in range(1, count + 1))
    marks = "".join(f"[{n}]" for n in range(1, count + 1))
    quotes = tuple(Quote(each.n, each.quote) for each in citations)
    blocks = (Paragraph(f"可以。{marks}"), *quotes)
    return Answer(question=question, status=Status.ANSWERED, blocks=blocks, citations=citations, **parts)


class World:
    """A running bot, its Telegram and its assistant.

    Args:
        bot: in its ``serving`` block.
    """

    def __init__(self, bot: TelegramBot, telegram: FakeTelegram, assistant: ScriptedAssistant) -> None:
        self.bot = bot
        self.telegram = telegram
        self.assistant = assistant
        self._update = 0

    async def write(self, text: str | None = None, user: int = ANN, chat: int | None = None, **extra: Any) -> int:
        """A person writes; returns the ``message_id``."""
        return await self._message("message", text, user, user if chat is None else chat, extra)

    async def edit(self, message: int, text: str, user: int = ANN, chat: int | None = None) -> None:
        extra = {"message_id": message, "edit_date": _now()}
        await self._message("edited_message", text, user, user if chat is None else chat, extra)

    async def press(self, call: Call, label: str, user: int = ANN, message: int = 5001) -> None:
        """A person presses a button under a message the bot sent."""
        await self.press_token(call.buttons[label], call.chat, user, message)

    async def press_token(self, token: str, chat: int = ANN, user: int = ANN, message: int = 5001) -> None:
        shown = {"message_id": message, "date": 1, "chat": _chat(chat), "from": BOT, "text": "…"}
        body = {"id": str(self._update), "from": person(user), "message": shown, "chat_instance": "1", "data": token}
        await self.deliver({"callback_query": body})

    async def deliver(self, update: Mapping[str, Any]) -> None:
        self._update += 1
        # Never the same again, in whatever world: Telegram's own go on counting when a bot is started anew.
        await self.bot.receive([{"update_id": next(_updates), **update}])

    async def quiet(self) -> None:
        """Wait until everything delivered has been dealt with."""
        await self.bot.application.update_queue.join()

    async def _message(self, kind: str, text: str | None, user: int, chat: int, extra: dict[str, Any]) -> int:
        number = extra.pop("message_id", self._update + 100)
        body = {"message_id": number, "date": _now(), "from": person(user), "chat": _chat(chat), **extra}
        if text is not None:
            body["text"] = text
            body.setdefault("entities", list(_entities(text)))
        await self.deliver({kind: body})
        return int(number)


def person(user: int) -> dict[str, Any]:
    return {"id": user, "is_bot": False, "first_name": f"人{user}"}


def in_the_name_of(chat: int) -> dict[str, Any]:
    """Who writes as a group or a channel: all of them with one account."""
    account = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    return {"from": account, "sender_chat": {"id": chat, "type": "supergroup", "title": "发改"}}


def _chat(chat: int) -> dict[str, Any]:
    if chat > 0:
        return {"id": chat, "type": "private", "first_name": f"人{chat}"}
    return {"id": chat, "type": "supergroup", "title": "发改群", "is_forum": chat == FORUM}


def _entities(text: str) -> Iterator[dict[str, Any]]:
    if text.startswith("/"):
        yield {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
    elif "@ClusterBot" in text:
        yield {"type": "mention", "offset": text.index("@ClusterBot"), "length": len("@ClusterBot")}


def _now() -> int:
    return int(datetime.now(UTC).timestamp())


@asynccontextmanager
async def telegram_world(
    database: Database,
    digests: Subscribing | None = None,
    removed: Callable[[str], str] = lambda _doc_id: "",
    **profile: Any,
) -> AsyncIterator[World]:
    """A world whose bot is at work during the block."""
    telegram, assistant = FakeTelegram(), ScriptedAssistant()
    uploads = Path(str(database.engine.url.database)).with_name("uploads")
    settings = Profile(TOKEN, uploads, **{"stale": timedelta(minutes=10), "rates": UNLIMITED, **profile})
    bot = TelegramBot(settings, assistant, database, WORDING, lambda: TODAY, "test", telegram, digests, removed)
    async with bot.serving():
        yield World(bot, telegram, assistant)
    assert telegram.broken == []


def unfinished(database: Database) -> tuple[int, ...]:
    """The ids of the updates received but not dealt with, in ascending order."""
    query = select(UpdateRow.update_id).where(UpdateRow.payload != "").order_by(UpdateRow.update_id)
    with database.reading() as connection:
        return tuple(connection.scalars(query))


class JumpingClock(asyncio.SelectorEventLoop):
    """An event loop on which waiting takes no time, unless a thread is at work that is really waited for.

    Its clock stands still while the loop itself works, so that no test depends on how busy the machine is.

    Args:
        late: seconds by which each wait ends later than asked for, one after another and over again.
    """

    def __init__(self, late: Sequence[float] = ()) -> None:
        self._time = self._begun = 0.0
        self._late = cycle(late or (0.0,))
        self._working = 0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        # In this order of adding no rounding sets it back.
        return self._time if self.idle else self._time + (super().time() - self._begun)

    def jump(self, seconds: float) -> None:
        self._time += seconds + next(self._late)

    @property
    def idle(self) -> bool:
        return self._working == 0

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        future = super().run_in_executor(executor, func, *args)
        if self.idle:
            self._begun = super().time()
        self._working += 1
        future.add_done_callback(self._worked)
        return future

    def _worked(self, _future: object) -> None:
        now = self.time()
        self._working -= 1
        if self.idle:
            self._time = now


class _JumpingSelector(selectors.DefaultSelector):
    def __init__(self, loop: JumpingClock) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        if timeout and self._loop.idle:
            found = super().select(0)
            if not found:
                self._loop.jump(timeout)
            return found
        return super().select(timeout)


def on_a_jumping_clock(main: Callable[[], Awaitable[None]], late: Sequence[float] = ()) -> None:
    """Run a test on a clock that jumps over waiting, and a little further by ``late`` seconds."""
    loop = JumpingClock(late)
    try:
        loop.run_until_complete(main())
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
