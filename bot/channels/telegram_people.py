"""Handlers of commands about people: who am I, who may what, invitations, and being forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cache

from telegram import Message, Update
from telegram.ext import ContextTypes

from bot.assistant.access import Role
from bot.channels.telegram_place import Place, place_of, speaker_of
from bot.channels.telegram_post import Post
from bot.channels.telegram_requests import command_text
from bot.channels.telegram_threads import Threads
from bot.database.people import People, Person
from bot.database.telegram_chats import Chats
from bot.database.telegram_people import Invitations, Traces
from prompts import Wording
from stats_tools.registry import Registry

Context = ContextTypes.DEFAULT_TYPE
INVITATION_DAYS = 7
LONGEST_INVITATION_DAYS = 30
MOST_DIGITS = 16
"""Digits of a Telegram id: they have at most 52 bits (Bot API, User)."""


class Membership:
    """What the bot knows of people, and who may change it."""

    def __init__(
        self,
        people: People,
        chats: Chats,
        invitations: Invitations,
        traces: Traces,
        post: Post,
        threads: Threads,
        wording: Wording,
    ) -> None:
        self._people = people
        self._chats = chats
        self._invitations = invitations
        self._traces = traces
        self._post = post
        self._threads = threads
        self._wording = wording

    async def whoami(self, update: Update, _context: Context) -> None:
        """Tell a person the own id and role; in a group, the group's level."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        place = place_of(message)
        if place.is_group:
            chat = await self._threads.keep(self._chats.chat, place.chat_id)
            facts = {"chat_id": chat.chat_id, "role": self.role(chat.role), "cities": self.cities(chat.cities)}
            await self._post.say(place, self._say("whoami_group", **facts), message.message_id)
            return
        person = await self._person(user.id)
        following = "whoami_public" if person.role is Role.PUBLIC else "whoami_granted"
        facts = {"user_id": user.id, "role": self.role(person.role), "cities": self.cities(person.cities)}
        await self._post.say(place, self._say("whoami", **facts, next=self._say(following)))

    async def redeem(self, place: Place, user_id: int, name: str, code: str) -> None:
        """Use an invitation that came with ``/start``."""
        person = await self._person(user_id)
        offered = await self._threads.keep(self._invitations.peek, code)
        if offered and not offered.adds_to(person.role, person.cities):
            await self._post.say(place, self._say("invitation_unneeded", role=self.role(person.role)))
            return
        invitation = await self._threads.keep(self._invitations.redeem, code)
        if invitation is None:
            await self._post.say(place, self._say("invitation_invalid"))
            return
        granted = await self._threads.keep(self._people.grant, user_id, invitation.role, name, invitation.cities)
        facts = {"role": self.role(granted.role), "cities": self.cities(granted.cities)}
        await self._post.say(place, self._say("welcome_role", **facts))

    async def invite(self, update: Update, context: Context) -> None:
        """Make an invitation link: role, days, cities."""
        admin = await self._admin(update)
        if admin is None:
            return
        message, user_id = admin
        words = _words(message)
        role = self._role_of(words[0]) if words else None
        days = int(words.pop(1)) if len(words) > 1 and words[1].isdecimal() else INVITATION_DAYS
        if role in (None, Role.PUBLIC) or not 1 <= days <= LONGEST_INVITATION_DAYS:
            await self._post.say(place_of(message), self._say("invite_usage"))
            return
        cities = await self._scope(message, words[1:])
        if cities is None:
            return
        code = await self._threads.keep(self._invitations.issue, role, cities, user_id, timedelta(days=days))
        link = f"https://t.me/{context.bot.username}?start={code}"
        facts = {"role": self.role(role), "cities": self.cities(cities), "days": days, "link": link}
        await self._post.say(place_of(message), self._say("invited", **facts))

    async def people(self, update: Update, _context: Context) -> None:
        """List everybody registered."""
        admin = await self._admin(update)
        if admin is None:
            return
        everyone = await self._threads.keep(self._people.everyone)
        lines = [self._line(person) for person in everyone]
        words = self._say("people", count=len(lines), list="\n".join(lines)) if lines else self._say("people_none")
        await self._post.say(place_of(admin[0]), words)

    async def grant(self, update: Update, _context: Context) -> None:
        """Give somebody a role and a scope."""
        admin = await self._admin(update)
        if admin is None:
            return
        message, user_id = admin
        words = _words(message)
        if len(words) < 2 or not _is_id(words[0]):
            await self._post.say(place_of(message), self._say("grant_usage"))
            return
        role = self._role_of(words[1])
        if role is None:
            await self._post.say(place_of(message), self._say("unknown_role", role=words[1]))
        elif int(words[0]) == user_id:
            await self._post.say(place_of(message), self._say("own_role"))
        elif (cities := await self._scope(message, words[2:])) is not None:
            granted = await self._threads.keep(self._people.grant, int(words[0]), role, "", cities)
            facts = {"role": self.role(granted.role), "cities": self.cities(granted.cities)}
            await self._post.say(place_of(message), self._say("granted", user_id=words[0], **facts))

    async def revoke(self, update: Update, _context: Context) -> None:
        """Take somebody's role away."""
        admin = await self._admin(update)
        if admin is None:
            return
        message, user_id = admin
        words = _words(message)
        if len(words) != 1 or not _is_id(words[0]):
            await self._post.say(place_of(message), self._say("revoke_usage"))
        elif int(words[0]) == user_id:
            await self._post.say(place_of(message), self._say("own_role"))
        else:
            known = await self._threads.keep(self._people.revoke, int(words[0]))
            await self._post.say(
                place_of(message), self._say("revoked" if known else "revoke_unknown", user_id=words[0])
            )

    async def forget_me(self, update: Update, _context: Context) -> None:
        """Erase everything about a person."""
        message = update.effective_message
        speaker = speaker_of(message) if message else None
        if message is None or speaker is None:
            return
        await self._threads.keep(self._traces.forget_person, speaker)
        place = place_of(message)
        await self._post.say(place, self._say("forgotten"), message.message_id if place.is_group else 0)

    async def bind(self, update: Update, _context: Context) -> None:
        """Set what a group may see: at most what the official who asks may see, and for the same cities."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return
        place = place_of(message)
        if not place.is_group:
            await self._post.say(place, self._say("group_only"))
            return
        person = await self._person(user.id)
        if not await self._allowed(message, person, Role.OFFICIAL):
            return
        role = self._role_of(command_text(message))
        if role is None or not Role.OFFICIAL.includes(role):
            chat = await self._threads.keep(self._chats.chat, place.chat_id)
            facts = {"role": self.role(chat.role), "cities": self.cities(chat.cities)}
            await self._post.say(place, self._say("bind_usage", **facts), message.message_id)
            return
        cities = person.cities if role is Role.OFFICIAL else ()
        chat = await self._threads.keep(self._chats.bind, place.chat_id, role, cities)
        facts = {"role": self.role(chat.role), "cities": self.cities(chat.cities)}
        await self._post.say(place, self._say("bound", **facts), message.message_id)

    def _role_of(self, word: str) -> Role | None:
        """The role of a name as it is shown, or of its code."""
        return next((role for role in Role if word.lower() in (role.value, self.role(role))), None)

    def role(self, role: Role) -> str:
        """A role in words."""
        return self._say(f"role_{role.value}")

    def cities(self, cities: Iterable[str]) -> str:
        """A scope in words."""
        return "、".join(sorted(cities)) or self._say("all_cities")

    async def _scope(self, message: Message, words: Sequence[str]) -> list[str] | None:
        """The cities written; None where one is no city of the province, which is told."""
        known = await self._threads.keep(_cities)
        unknown = next((word for word in words if word.casefold() not in known), "")
        if unknown:
            names = "、".join(dict.fromkeys(known.values()))
            await self._post.say(place_of(message), self._say("unknown_city", city=unknown, names=names))
            return None
        return list(dict.fromkeys(known[word.casefold()] for word in words))

    async def _person(self, user_id: int) -> Person:
        found = await self._threads.keep(self._people.by_telegram, user_id)
        return found or Person(user_id, "", Role.PUBLIC)

    async def _admin(self, update: Update) -> tuple[Message, int] | None:
        """The message and id of an administrator who wrote in private; others are told why not."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return None
        if place_of(message).is_group:
            await self._post.say(place_of(message), self._say("private_only"), message.message_id)
            return None
        allowed = await self._allowed(message, await self._person(user.id), Role.ADMIN)
        return (message, user.id) if allowed else None

    async def _allowed(self, message: Message, person: Person, role: Role) -> bool:
        if person.role.includes(role):
            return True
        place = place_of(message)
        words = self._say("not_allowed", role=self.role(role))
        await self._post.say(place, words, message.message_id if place.is_group else 0)
        return False

    def _line(self, person: Person) -> str:
        facts = {"role": self.role(person.role), "cities": self.cities(person.cities)}
        who = " ".join(filter(None, (str(person.telegram_id or "—"), person.name)))
        return self._say("person", who=who, **facts)

    def _say(self, key: str, **variables: object) -> str:
        return self._wording.say(f"telegram.{key}", **variables)


def _words(message: Message) -> list[str]:
    """The words behind a command, however they are set apart."""
    return re.findall(r"[^\s,，、]+", command_text(message))


def _is_id(word: str) -> bool:
    return word.isdecimal() and len(word) <= MOST_DIGITS and int(word) > 0


@cache
def _cities() -> Mapping[str, str]:
    """Any spelling of a city of the province, in small letters, to its name."""
    cities = Registry.load().dimensions.cities
    return {spelling.casefold(): city.name for city in cities for spelling in (city.name, *city.aliases)}
