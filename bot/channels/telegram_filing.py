"""Filing in chat: a report or a register sent as a file, checked and shown, written once confirmed, and taken back."""

from __future__ import annotations

import logging
import shutil
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from telegram import Document, Message, Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.assistant.access import Role
from bot.channels.telegram_blank_forms import FORMS, offer_forms, write_form
from bot.channels.telegram_buttons import Keyboard
from bot.channels.telegram_filed_registers import FiledRegisters
from bot.channels.telegram_filed_reports import Archive, Checked, FiledKind, FiledReports
from bot.channels.telegram_place import Place, place_of
from bot.channels.telegram_post import Post, UndeliveredError
from bot.channels.telegram_text import Section, messages, paragraph
from bot.channels.telegram_threads import Threads
from bot.database.people import People, Person
from bot.database.telegram_answers import Button, ChatAnswer, ChatAnswers, new_token
from prompts import Wording
from stats_tools.importing.applying import ImportRefusedError
from stats_tools.importing.reverting import RevertRefusedError, revert_import

Context = ContextTypes.DEFAULT_TYPE
LARGEST_DOWNLOAD = 20_000_000
"""Bytes of the largest file a bot may fetch (Bot API, getFile)."""
SUFFIXES = (".xlsx", ".csv")
LONGEST_NAME = 60
"""Characters of a file name before its ending: of four bytes each they fit into the 255 that file systems take."""
KEPT = timedelta(days=1)
"""How long an unconfirmed file waits."""
WRITE, DISCARD, REVERT = "write", "discard", "revert"
"""Actions of the buttons under a preview and under a receipt."""
_log = logging.getLogger(__name__)


class Filing:
    """Takes reports from stewards."""

    def __init__(
        self, archive: Archive, people: People, answers: ChatAnswers, post: Post, threads: Threads, wording: Wording
    ) -> None:
        self._archive = archive
        self._people = people
        self._answers = answers
        self._post = post
        self._threads = threads
        self._wording = wording
        self._reports = FiledReports(archive, wording)
        self._registers = FiledRegisters(archive, wording)

    async def document(self, update: Update, _context: Context) -> None:
        """Check a file somebody sent in private and show what writing it would change."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None or message.document is None:
            return
        place = place_of(message)
        person = await self._threads.keep(self._steward, user.id)
        problem = self._refusal(person, message.document)
        if problem or person is None:
            await self._post.say(place, problem)
            return
        async with self._post.typing(place):
            path = await self._fetched(message, message.document)
            if path is None:
                await self._post.say(place, self._say("filing_not_fetched"))
                return
            checked = await self._threads.answer(self._check, path)
            outside = _outside(checked, person)
        if outside:
            shutil.rmtree(path.parent, ignore_errors=True)
            await self._post.say(place, self._say("filing_outside", clusters="、".join(outside)))
            return
        await self._show(place, user.id, path, checked)

    async def how(self, update: Update, _context: Context) -> None:
        """Say how a report is filed, to those who may, and in private offer them the forms."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        allowed, place = await self._threads.keep(self._steward, user.id), place_of(message)
        if not allowed or place.is_group:
            await self._post.say(place, self._say("filing_how" if allowed else "filing_not_allowed"))
            return
        keyboard = Keyboard(self._wording)
        offer_forms(keyboard)
        await self._send(
            place, user.id, [paragraph(self._say("filing_how")), paragraph(self._say("filing_forms"))], keyboard
        )

    async def act(self, button: Button, answer: ChatAnswer, user_id: int) -> None:
        """Do what a button under a preview or a receipt says; the role is looked at again."""
        place = Place(answer.chat_id, answer.topic)
        person = await self._threads.keep(self._steward, user_id)
        if person is None:
            await self._post.say(place, self._say("filing_not_allowed"))
        elif button.action in FORMS:
            await self._send_form(place, button.action)
        elif button.action == REVERT:
            await self._post.say(place, await self._threads.answer(self._revert, int(button.argument), user_id))
        elif button.action == DISCARD:
            await self._threads.keep(shutil.rmtree, self._folder(button), ignore_errors=True)
            await self._post.say(place, self._say("filing_discarded"))
        else:
            words, keyboard = await self._threads.answer(self._write, button, person, user_id)
            await self._send(place, user_id, [paragraph(words)], keyboard)

    def forget_old(self) -> None:
        """Delete files that nobody confirmed in time."""
        limit = (datetime.now(UTC) - KEPT).timestamp()
        for folder in self._archive.uploads.glob("*"):
            if folder.stat().st_mtime < limit:
                shutil.rmtree(folder, ignore_errors=True)

    def _steward(self, user_id: int) -> Person | None:
        person = self._people.by_telegram(user_id)
        return person if person and person.role.includes(Role.STEWARD) else None

    def _refusal(self, person: Person | None, document: Document) -> str:
        """Why a file is not even fetched; empty where it is."""
        if person is None:
            return self._say("filing_not_allowed")
        if (document.file_size or 0) > LARGEST_DOWNLOAD:
            return self._say("filing_too_large", limit=LARGEST_DOWNLOAD // 1_000_000)
        name = document.file_name or ""
        if is_hostile(name):
            return self._say("filing_hostile_name")
        if not safe_name(name).lower().endswith(SUFFIXES):
            return self._say("filing_wrong_type")
        return ""

    async def _fetched(self, message: Message, document: Document) -> Path | None:
        """The file on disk, in a folder of its own; None where it could not be fetched."""
        folder = self._archive.uploads / new_token()
        path = folder / safe_name(document.file_name or "")
        try:
            file = await message.get_bot().get_file(document.file_id)
            content = bytes(await file.download_as_bytearray())
        except TelegramError as error:
            _log.warning("file not fetched: %s", error)
            return None
        if len(content) > LARGEST_DOWNLOAD:
            return None

        def store() -> None:
            folder.mkdir(parents=True)
            path.write_bytes(content)

        await self._threads.keep(store)
        return path

    def _kind(self, path: Path) -> FiledKind:
        """What kind of file it is; whatever is no register is checked as a report, and told what it lacks as one."""
        return self._registers if self._registers.recognises(path) else self._reports

    def _check(self, path: Path) -> Checked:
        return self._kind(path).check(path)

    async def _show(self, place: Place, user_id: int, path: Path, checked: Checked) -> None:
        keyboard = Keyboard(self._wording)
        sections = list(checked.sections)
        if checked.blocked or checked.nothing_new:
            sections.append(paragraph(self._say("filing_errors" if checked.blocked else "filing_nothing_new")))
            if checked.blocked:
                offer_forms(keyboard)
            await self._threads.keep(shutil.rmtree, path.parent, ignore_errors=True)
        else:
            sections.append(paragraph(self._say("filing_confirm")))
            waiting = f"{path.parent.name}/{path.name}"
            keyboard.rows.append([keyboard.said(WRITE, waiting), keyboard.said(DISCARD, waiting)])
            await self._show_picture(place, path.name, checked)
        await self._send(place, user_id, sections, keyboard)

    async def _show_picture(self, place: Place, name: str, checked: Checked) -> None:
        """Show the changes as a picture; the text and the buttons stand without it, so a failure is only logged."""
        if checked.draw is None:
            return
        try:
            picture = await self._threads.answer(checked.draw)
            await self._post.file(place, picture, self._say("filing_picture", name=name), as_photo=True)
        except (OSError, UndeliveredError) as error:
            _log.warning("changes not shown as a picture: %s", type(error).__name__)

    async def _send_form(self, place: Place, form: str) -> None:
        with TemporaryDirectory() as name:
            async with self._post.typing(place):
                path = await self._threads.answer(write_form, form, Path(name), self._wording, self._archive.today)
            try:
                await self._post.file(place, path, self._say(f"filing_{form}"), as_photo=False)
            except UndeliveredError as error:
                _log.info("form not sent")
                if not error.perhaps:
                    await self._post.say(place, self._wording.say("telegram_export.export_failed"))

    def _write(self, button: Button, person: Person, user_id: int) -> tuple[str, Keyboard]:
        """What is said after writing a confirmed file, and the button that takes it back."""
        keyboard = Keyboard(self._wording)
        path = self._archive.uploads / button.argument
        if not path.is_file():
            return self._say("filing_gone"), keyboard
        kind = self._kind(path)
        outside = _outside(kind.check(path), person)
        if outside:
            return self._say("filing_outside", clusters="、".join(outside)), keyboard
        try:
            written = kind.write(path, f"telegram:{user_id}")
        except ImportRefusedError as error:
            return self._say(f"filing_refused_{error.reason}"), keyboard
        shutil.rmtree(path.parent, ignore_errors=True)
        if written.import_id is not None:
            keyboard.rows.append([keyboard.said(REVERT, str(written.import_id))])
        return written.words, keyboard

    def _revert(self, import_id: int, user_id: int) -> str:
        try:
            receipt = revert_import(self._archive.database, import_id, f"telegram:{user_id}", datetime.now(UTC))
        except RevertRefusedError as error:
            later = "、".join(f"#{number}" for number in error.later) or f"#{import_id}"
            return self._say(f"filing_revert_{error.reason}", later=later)
        counts = {"withdrawn": receipt.withdrawn, "restored": receipt.restored}
        return self._say("filing_reverted", import_id=import_id, **counts)

    def _folder(self, button: Button) -> Path:
        return (self._archive.uploads / button.argument).parent

    async def _send(self, place: Place, user_id: int, sections: list[Section], keyboard: Keyboard) -> None:
        kept = ChatAnswer(new_token(), place.chat_id, place.topic, user_id, 0, "", ())
        await self._threads.write(self._answers.adding(kept, keyboard.buttons))
        try:
            await self._post.send(place, messages(sections), keyboard.markup)
        except UndeliveredError:
            _log.warning("what became of a report could not be told")

    def _say(self, key: str, **variables: object) -> str:
        return self._wording.say(f"telegram.{key}", **variables)


def _outside(checked: Checked, person: Person) -> list[str]:
    """Names of what a file speaks of that lies outside the steward's cities."""
    if not person.cities:
        return []
    allowed = {city.removesuffix("市") for city in person.cities}
    return list(dict.fromkeys(name for city, name in checked.places if city.removesuffix("市") not in allowed))


def is_hostile(name: str) -> bool:
    """Whether a name points to a folder or hides what it is behind control or direction marks."""
    return any(c in "/\\" or unicodedata.category(c)[0] == "C" for c in name)


def safe_name(name: str) -> str:
    """A file name that is only a name: no folders, no control or direction marks, not hidden, not too long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    stem, dot, suffix = kept.strip(" .").rpartition(".")
    return f"{(stem or suffix)[:LONGEST_NAME]}{dot}{suffix}" if stem else suffix[:LONGEST_NAME]
