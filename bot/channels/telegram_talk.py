"""Questions to answers in a chat."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Protocol

from telegram.error import BadRequest

from bot.assistant.access import Principal
from bot.assistant.types import Answer, Attachment, Question
from bot.channels.telegram_answers import AnswerLayout
from bot.channels.telegram_brevity import brief, unkept_sections
from bot.channels.telegram_buttons import AGAIN, Keyboard, answer_keyboard, single
from bot.channels.telegram_meanwhile import DRAFT_AFTER, DRAFT_ENDS, MESSAGE_AFTER, Drafts, Interim
from bot.channels.telegram_place import Place
from bot.channels.telegram_post import Post, UndeliveredError, plain_message
from bot.channels.telegram_quota import Quota, Verdict
from bot.channels.telegram_text import MessageText, messages, paragraph
from bot.channels.telegram_threads import Threads
from bot.database.people import People, Person
from bot.database.shared_writes import Step
from bot.database.telegram_answers import ChatAnswer, ChatAnswers, new_token
from bot.database.telegram_chats import Chats
from bot.database.telegram_updates import SettledError, UpdateInbox
from prompts import Wording

_log = logging.getLogger(__name__)


class Answers(Protocol):
    """Whatever answers questions."""

    def answer(self, question: Question, meanwhile: Callable[[Answer], None] | None = None) -> Answer:
        """The answer; its turn is remembered where the question has a session.

        ``meanwhile`` is told of an answer that stands while a better wording of it is sought.
        """


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it came.

    Args:
        message: ``message_id`` of the question; 0 where a button asked.
        reply_to: ``message_id`` the answer replies to; 0 for none.
        update: ``update_id`` it came with.
        at: when it was written.
        chosen: whether a button asked, so that the chat has to be told what was asked.
    """

    place: Place
    user_id: int
    text: str
    message: int
    reply_to: int
    update: int
    at: datetime
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer ready to be sent."""

    kept: ChatAnswer
    texts: tuple[MessageText, ...]
    keyboard: Keyboard
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Records:
    """What a talk reads and writes in the database."""

    people: People
    chats: Chats
    answers: ChatAnswers
    inbox: UpdateInbox


@dataclass(frozen=True, slots=True)
class Patience:
    """How much is answered.

    Args:
        stale: age from which a message gets one line instead of an answer.
        user: questions of one person.
        group: questions in one group.
    """

    stale: timedelta
    user: Quota
    group: Quota


class Talk:
    """Answers questions in their chats.

    Args:
        assistant: the core; called in worker threads.
        today: the day on which a question is asked.
        drafts: show what stands while an answer is being worded.
        removed: says of a document that it was removed since, empty for one at hand.
    """

    def __init__(
        self,
        assistant: Answers,
        post: Post,
        records: Records,
        threads: Threads,
        wording: Wording,
        patience: Patience,
        today: Callable[[], date],
        drafts: Drafts,
        removed: Callable[[str], str] = lambda _doc_id: "",
    ) -> None:
        self._removed = removed
        self._drafts = drafts
        self._assistant = assistant
        self._post = post
        self._records = records
        self._threads = threads
        self._wording = wording
        self._patience = patience
        self._today = today
        self._layout = AnswerLayout(wording)
        self._outdated: dict[Place, datetime] = {}
        self._settled: set[int] = set()

    async def ask(self, asked: Asked) -> None:
        """Answer a new question, unless it is too old or one too many."""
        if await self._is_outdated(asked) or await self._is_too_many(asked):
            return
        interim, sent = self._interim(asked)
        async with self._post.typing(asked.place):
            try:
                reply = await self._threads.answer(self._prepare, asked, interim.tell)
            finally:
                await interim.end()
        if interim.shown is None or not asked.place.is_group:
            await self._deliver(asked, reply, self._sending(asked, reply))
        elif sent:
            await self._replace(asked, interim.shown, sent, reply)

    def _interim(self, asked: Asked) -> tuple[Interim[Reply], list[int]]:
        """What shows an answer that stands meanwhile, and where it puts the ids of messages it becomes.

        In private that is a draft, which leaves nothing behind. In a group it is the answer itself, which settles the
        question: what comes later edits it.
        """
        sent: list[int] = []
        if not asked.place.is_group:
            draft = Interim[Reply](
                DRAFT_AFTER, lambda reply: self._drafts.keep(asked.place, reply.texts[0], draft.ended), DRAFT_ENDS
            )
            return draft, sent

        async def post(reply: Reply) -> None:
            sent.extend(await self._deliver(asked, replace(reply, attachments=()), self._sending(asked, reply)))

        return Interim[Reply](MESSAGE_AFTER, post), sent

    def _sending(self, asked: Asked, reply: Reply) -> Callable[[], Awaitable[list[int]]]:
        at = partial(self._keep, asked, reply)
        return lambda: self._post.send(asked.place, reply.texts, reply.keyboard.markup, asked.reply_to, at)

    async def _replace(self, asked: Asked, before: Reply, sent: list[int], reply: Reply) -> None:
        """Turn the answer that stood meanwhile into the one that was sought; where both say the same, it stays."""
        if before.texts == reply.texts:
            for attachment in reply.attachments:
                await self._attach(asked, attachment)
            return
        await self._threads.write(self._records.answers.adding(reply.kept, reply.keyboard.buttons))
        await self._deliver(
            asked, reply, lambda: self._post.edit(asked.place, sent, reply.texts, reply.keyboard.markup)
        )

    async def ask_again(self, asked: Asked) -> None:
        """Answer a question that was edited by editing its answer; as a new one where it has none."""
        old = await self._threads.keep(self._records.answers.of_question, asked.place.chat_id, asked.message)
        if old is None:
            await self.ask(asked)
            return
        if old.question == asked.text or await self._is_too_many(asked):
            return
        async with self._post.typing(asked.place):
            reply = await self._threads.answer(self._prepare, asked, None)
        await self._threads.write(self._records.answers.adding(reply.kept, reply.keyboard.buttons))
        await self._deliver(
            asked, reply, lambda: self._post.edit(asked.place, old.messages, reply.texts, reply.keyboard.markup)
        )

    async def show_citation(self, answer: ChatAnswer, n: int, on: int, keyboard: Keyboard) -> None:
        """Show citation ``n`` of an answer: in message ``on`` where that shows another one, otherwise below it."""
        citation = next((each for each in answer.citations if each.n == n), None)
        if citation is None:
            return
        gone = await self._threads.keep(self._removed, citation.doc_id)
        removed = paragraph(self._wording.say("telegram.citation_removed", n=n, notice=gone))
        texts = messages([removed if gone else self._layout.citation(citation)])
        place = Place(answer.chat_id, answer.topic)
        await self._threads.keep(self._records.answers.add_buttons, answer.key, keyboard.buttons)
        try:
            if on in answer.messages or len(texts) > 1:
                await self._post.send(place, texts, keyboard.markup, reply_to=on)
            else:
                await self._post.edit(place, [on], texts, keyboard.markup)
        except UndeliveredError:
            _log.info("citation not shown")

    async def show_more(self, answer: ChatAnswer, kept: str, on: int) -> None:
        """Show below an answer what it left out."""
        try:
            await self._post.send(Place(answer.chat_id, answer.topic), messages(unkept_sections(kept)), reply_to=on)
        except UndeliveredError:
            _log.info("more not shown")

    def was_settled(self, update_id: int) -> bool:
        """Whether an update was finished when its answer left; asked once, then forgotten."""
        settled = update_id in self._settled
        self._settled.discard(update_id)
        return settled

    async def principal_of(self, place: Place, user_id: int) -> Principal:
        """On whose behalf somebody speaks in a place: the group's in a group, whoever asks; the person's in private."""
        return await self._threads.keep(self._principal, place, user_id)

    def _principal(self, place: Place, user_id: int) -> Principal:
        if place.is_group:
            return self._records.chats.chat(place.chat_id).principal
        return _in_person(self._records.people.by_telegram(user_id), user_id)

    async def _remark(self, asked: Asked, words: str) -> None:
        """Say something in place of an answer, which finishes the question as that would."""
        claiming = partial(self._settle, asked, self._records.inbox.claiming(asked.update))
        with suppress(SettledError):
            await self._post.say(asked.place, words, asked.reply_to, claiming)

    async def _keep(self, asked: Asked, reply: Reply) -> None:
        """The same for an answer to be remembered, in one transaction."""
        await self._settle(asked, self._records.answers.adding(reply.kept, reply.keyboard.buttons, asked.update))

    async def _settle(self, asked: Asked, step: Step) -> None:
        await self._threads.write(step)
        self._settled.add(asked.update)

    async def _is_outdated(self, asked: Asked) -> bool:
        now = datetime.now(UTC)
        if now - asked.at <= self._patience.stale:
            return False
        told = self._outdated.get(asked.place)
        if told is None or now - told > self._patience.stale:
            self._outdated[asked.place] = now
            await self._remark(replace(asked, reply_to=0), self._wording.say("telegram.outdated"))
        return True

    async def _is_too_many(self, asked: Asked) -> bool:
        quotas = [("too_many", self._patience.user, asked.user_id)]
        if asked.place.is_group:
            quotas.append(("too_many_here", self._patience.group, asked.place.chat_id))
        for key, quota, whom in quotas:
            verdict = quota.ask(whom)
            if verdict is Verdict.TELL:
                await self._remark(asked, self._wording.say(f"telegram.{key}", limit=quota.limit))
            if verdict is not Verdict.ANSWER:
                return True
        return False

    def _prepare(self, asked: Asked, tell: Callable[[Reply], None] | None) -> Reply:
        """Ask the core and make its answer ready for sending; runs in a worker thread."""
        place = asked.place
        visit = self._records.chats.visit(place.chat_id, place.topic, asked.user_id)
        principal = visit.chat.principal if place.is_group else _in_person(visit.person, asked.user_id)
        question = Question(asked.text, self._today(), principal, visit.session)
        answer = self._assistant.answer(question, (lambda stands: tell(self._reply(asked, stands))) if tell else None)
        return self._reply(asked, answer)

    def _reply(self, asked: Asked, answer: Answer) -> Reply:
        place = asked.place
        shown, left = brief(self._layout.sections(answer))
        keyboard = answer_keyboard(answer, self._wording, left)
        kept = ChatAnswer(
            new_token(), place.chat_id, place.topic, asked.user_id, asked.message, asked.text, answer.citations
        )
        lead = [paragraph(self._wording.say("telegram.chosen", question=asked.text))] if asked.chosen else []
        texts = messages([*lead, *shown]) or plain_message(self._wording.say("telegram.failed"))
        return Reply(kept, texts, keyboard, answer.attachments)

    async def _deliver(self, asked: Asked, reply: Reply, transmit: Callable[[], Awaitable[list[int]]]) -> list[int]:
        """The ids of the messages the answer became; none where it is not known to have arrived."""
        try:
            sent = await transmit()
        except SettledError as error:
            _log.warning("answered elsewhere: %s", error)
            return []
        except UndeliveredError as error:
            if error.perhaps:
                await self._offer_again(reply.kept, asked.reply_to)
            else:
                await self._threads.write(self._records.answers.doubting(reply.kept.key))
            return []
        await self._threads.write(self._records.answers.noting(reply.kept.key, sent))
        for attachment in reply.attachments:
            await self._attach(asked, attachment)
        return sent

    async def doubt(self, before: datetime) -> None:
        """Offer again what left before a moment, if the process that sent it ended without noting what became of it."""
        for answer in await self._threads.keep(self._records.answers.leaving, before):
            await self._offer_again(answer, answer.question_message if Place(answer.chat_id).is_group else 0)

    async def _offer_again(self, answer: ChatAnswer, reply_to: int) -> None:
        """Tell that an answer may be missing; to send it again unasked could show it twice."""
        keyboard = single(AGAIN, answer.question, self._wording)
        doubting = self._records.answers.doubting(answer.key, keyboard.buttons)
        place, words = Place(answer.chat_id, answer.topic), plain_message(self._wording.say("telegram.undelivered"))
        try:
            await self._post.send(place, words, keyboard.markup, reply_to, partial(self._threads.write, doubting))
        except UndeliveredError:
            _log.warning("answer %s: nobody could be told that it may be missing", answer.key)

    async def _attach(self, asked: Asked, attachment: Attachment) -> None:
        caption = self._wording.say("telegram.file_caption", question=asked.text)
        send = partial(self._post.file, asked.place, attachment.path, caption)
        try:
            try:
                await send(as_photo=attachment.kind == "chart")
            except UndeliveredError as error:
                if attachment.kind != "chart" or not isinstance(error.__cause__, BadRequest):
                    raise
                # What is no picture for Telegram, for its shape or its size, can still be a file.
                await send(as_photo=False)
        except UndeliveredError as error:
            if not error.perhaps:
                await self._post.say(asked.place, self._wording.say("telegram.file_failed"), asked.reply_to)


def _in_person(person: Person | None, user_id: int) -> Principal:
    """A person who speaks for nobody else; the public where nobody registered them."""
    name = f"telegram:{user_id}"
    return replace(person.principal, name=name) if person else Principal(name=name)
