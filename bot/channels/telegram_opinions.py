"""What people think of answers: votes, what was wrong in a press of a button, and why in their own words."""

from __future__ import annotations

import logging

from telegram import ForceReply, Message, Update
from telegram.ext import ContextTypes

from bot.assistant.feedback import Complaint, Vote, cited
from bot.assistant.types import Status
from bot.channels.telegram_buttons import GOOD, REASON, Keyboard
from bot.channels.telegram_place import Place, place_of, speaker_of
from bot.channels.telegram_post import Post, UndeliveredError, plain_message
from bot.channels.telegram_requests import command_text
from bot.channels.telegram_threads import Threads
from bot.database.feedback import Feedback
from bot.database.telegram_answers import Button, ChatAnswer, ChatAnswers
from prompts import Wording

Context = ContextTypes.DEFAULT_TYPE
_IN_ROW = 2
"""Reasons beside each other on a phone."""
_log = logging.getLogger(__name__)


class Opinions:
    """Takes votes, and asks those who are not content what was wrong."""

    def __init__(
        self, feedback: Feedback, answers: ChatAnswers, post: Post, threads: Threads, wording: Wording
    ) -> None:
        self._feedback = feedback
        self._answers = answers
        self._post = post
        self._threads = threads
        self._wording = wording

    async def vote(self, button: Button, answer: ChatAnswer, user_id: int, on: int) -> None:
        """Keep a vote; a vote against is asked for its reason, below the answer."""
        helpful = button.action == GOOD
        vote = Vote(answer.key, answer.question, Status.ANSWERED, cited(answer.citations), helpful)
        await self._threads.keep(self._feedback.rate, vote, user_id)
        if not helpful:
            await self._ask_why(answer, user_id, on)

    async def explain(self, button: Button, answer: ChatAnswer, user_id: int, on: int) -> None:
        """Keep what was wrong; what no button says is asked for in words."""
        reason = Complaint(button.argument.partition(":")[0])
        place = Place(answer.chat_id, answer.topic)
        asked = on
        try:
            if reason is Complaint.OTHER:
                asked = await self._ask_for_words(place, on)
            else:
                words = self._wording.say("telegram.complaint_kept", reason=self._say(reason))
                await self._post.edit(place, [on], plain_message(words), None)
        except UndeliveredError:
            _log.info("the thanks for a complaint did not arrive")
        await self._threads.keep(self._feedback.complain, answer.key, user_id, reason, asked)

    async def comment(self, message: Message, user_id: int) -> bool:
        """Keep a reply to our question what was wrong; False where a message is none."""
        asked = message.reply_to_message
        if asked is None or not message.text:
            return False
        place = place_of(message)
        words = message.text.strip()
        kept = await self._threads.keep(self._feedback.comment, place.chat_id, asked.message_id, user_id, words)
        if kept:
            await self._post.say(place, self._wording.say("telegram.feedback_thanks"), message.message_id)
        return kept

    async def remark(self, update: Update, _context: Context) -> None:
        """Keep what stands behind ``/feedback``."""
        message = update.effective_message
        speaker = speaker_of(message) if message else None
        if message is None or speaker is None:
            return
        place = place_of(message)
        remark = command_text(message)
        if remark:
            await self._threads.keep(self._feedback.remark, speaker, remark)
        words = self._wording.say("telegram.feedback_thanks" if remark else "telegram.feedback_usage")
        await self._post.say(place, words, message.message_id if place.is_group else 0)

    async def _ask_why(self, answer: ChatAnswer, user_id: int, on: int) -> None:
        keyboard = Keyboard(self._wording)
        offered = [keyboard.button(REASON, f"{reason}:{user_id}", self._say(reason)) for reason in Complaint]
        keyboard.rows += [offered[start : start + _IN_ROW] for start in range(0, len(offered), _IN_ROW)]
        await self._threads.keep(self._answers.add_buttons, answer.key, keyboard.buttons)
        place = Place(answer.chat_id, answer.topic)
        try:
            words = plain_message(self._wording.say("telegram.complaint_why"))
            await self._post.send(place, words, keyboard.markup, reply_to=on)
        except UndeliveredError:
            _log.info("nobody was asked why")

    async def _ask_for_words(self, place: Place, on: int) -> int:
        """Ask for a reply and return the ``message_id`` of the question."""
        asking = ForceReply(selective=True, input_field_placeholder=self._wording.say("telegram.complaint_placeholder"))
        words = plain_message(self._wording.say("telegram.complaint_words"))
        return (await self._post.send(place, words, asking, reply_to=on))[-1]

    def _say(self, reason: Complaint) -> str:
        return self._wording.say(f"feedback.{reason.value}")


def voter(button: Button) -> int:
    """Whose reason a button keeps."""
    return int(button.argument.partition(":")[2])
