"""Figures as workbooks in a chat: all that officials may see, and those of one answer for whoever reads it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from telegram import Update
from telegram.ext import ContextTypes

from bot.assistant.access import Principal, Role
from bot.channels.telegram_filed_reports import Archive
from bot.channels.telegram_place import Place, place_of
from bot.channels.telegram_post import Post, UndeliveredError
from bot.channels.telegram_talk import Talk
from bot.channels.telegram_threads import Threads
from bot.database.telegram_answers import Button, ChatAnswer
from prompts import Wording
from stats_tools.export import ExportedValue, ExportFilter, exported_values, write_values
from stats_tools.figure_table import figures_kept, write_figures
from stats_tools.importing.reference import Reference
from stats_tools.periods import Basis, Period
from stats_tools.versions import SAMPLE

Context = ContextTypes.DEFAULT_TYPE
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file ready to be sent; without a path there is nothing to send, and the caption says so."""

    caption: str
    path: Path | None = None


class Exports:
    """Makes workbooks and sends them."""

    def __init__(self, archive: Archive, talk: Talk, post: Post, threads: Threads, wording: Wording) -> None:
        self._archive = archive
        self._talk = talk
        self._post = post
        self._threads = threads
        self._wording = wording
        self._reference: Reference | None = None

    async def everything(self, update: Update, _context: Context) -> None:
        """Send what the person may see, or in a group what the group may see; officials alone."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        place = place_of(message)
        principal = await self._talk.principal_of(place, user.id)
        if not principal.role.includes(Role.OFFICIAL):
            refusal = "export_not_allowed_here" if place.is_group else "export_not_allowed"
            await self._post.say(place, self._say(refusal), message.message_id if place.is_group else 0)
            return
        await self._send(place, lambda folder: self._write_everything(principal, folder))

    async def figures(self, button: Button, answer: ChatAnswer) -> None:
        """Send the figures of an answer."""
        place = Place(answer.chat_id, answer.topic)
        await self._send(place, lambda folder: self._write_figures(button.argument, answer.question, folder))

    async def _send(self, place: Place, make: Callable[[Path], Workbook]) -> None:
        with TemporaryDirectory() as name:
            async with self._post.typing(place):
                book = await self._threads.answer(make, Path(name))
            if book.path is None:
                await self._post.say(place, book.caption)
                return
            try:
                await self._post.file(place, book.path, book.caption, as_photo=False)
            except UndeliveredError as error:
                _log.info("export not sent")
                if not error.perhaps:
                    await self._post.say(place, self._say("export_failed"))

    def _write_everything(self, principal: Principal, folder: Path) -> Workbook:
        known = self._known()
        cities = {city.removesuffix("市") for city in principal.cities}
        own = [each.code for each in known.registry.clusters if each.city.removesuffix("市") in cities]
        wanted = ExportFilter(clusters=own if cities else None)
        values = exported_values(self._archive.database, known.registry, known.catalogue, wanted)
        scope = "、".join(sorted(cities)) or self._say("all_cities")
        if not values:
            return Workbook(self._say("export_nothing", cities=scope))
        sample = any(value.status == SAMPLE for value in values)
        path = self._path(folder, "export_name", sample)
        write_values(values, known.registry, known.catalogue, path)
        return Workbook(self._caption("export_caption", sample, **_held(values), cities=scope), path)

    def _write_figures(self, text: str, question: str, folder: Path) -> Workbook:
        kept = figures_kept(text)
        sample = any(figure.sample for figure in kept.figures)
        path = self._path(folder, "export_figures_name", sample)
        count = write_figures(kept, question, path)
        return Workbook(self._caption("export_figures_caption", sample, count=count, question=question), path)

    def _caption(self, key: str, sample: bool, **facts: object) -> str:
        return "\n".join([self._say(key, **facts), *([self._say("export_sample")] if sample else [])])

    def _path(self, folder: Path, key: str, sample: bool) -> Path:
        today = self._archive.today()
        mark = self._say("export_name_sample") if sample else ""
        return folder / self._say(key, day=today.isoformat(), mark=mark)

    def _known(self) -> Reference:
        if self._reference is None:
            self._reference = Reference.load()
        return self._reference

    def _say(self, key: str, **variables: object) -> str:
        return self._wording.say(f"telegram_export.{key}", **variables)


def _held(values: Iterable[ExportedValue]) -> dict[str, object]:
    """What values are about, in numbers and quarters; there is at least one."""
    held = tuple(values)
    quarters = sorted({value.period_index for value in held})
    return {
        "count": len(held),
        "clusters": len({value.cluster for value in held}),
        "first": Period.from_index(quarters[0]).label(Basis.YTD),
        "last": Period.from_index(quarters[-1]).label(Basis.YTD),
    }
