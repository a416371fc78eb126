"""When a request to Telegram may leave, as pure arithmetic on a clock that the caller reads.

The figures are those of the Bot API's own questions and answers ("My bot is hitting limits"): about 30 messages a
second in all, one a second in a chat, 20 a minute in a group.  Edits are counted like messages; those of one message in
a group are further apart, because everybody in it sees the text jump.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass

Destination = int | str
"""A chat id; or the name of a method for requests that concern no chat."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How much may be sent.

    Args:
        per_second: requests in all, in any second.
        chat_interval: seconds between two requests to one chat.
        group_per_minute: requests to one group in any minute.
        edit_interval: seconds between two edits of one message in a group.
        slack: factor by which windows are stretched, because the network may bunch what left evenly.
        catch_up: seconds by which departures that were late let the following ones be early again.
        unanswered: seconds for which a request counts against ``per_second`` without an answer, perhaps on its way.
    """

    per_second: int = 30
    chat_interval: float = 1.0
    group_per_minute: int = 20
    edit_interval: float = 3.0
    slack: float = 1.1
    catch_up: float = 0.1
    unanswered: float = 1.25


@dataclass(slots=True)
class Seat:
    """One of the requests that a second holds.

    Args:
        free: the moment from which it counts no longer.
    """

    free: float


class SendSchedule:
    """Remembers departures and tells the earliest moment of the next one.

    Moments are seconds on any clock that does not go back.

    Args:
        rates: the limits to keep.
    """

    def __init__(self, rates: Rates | None = None) -> None:
        self._rates = rates or Rates()
        self._interval = 1 / self._rates.per_second
        self._slot = 0.0
        self._seats: deque[Seat] = deque(maxlen=self._rates.per_second)
        self._last: dict[Destination, float] = {}
        self._groups: defaultdict[Destination, deque[float]] = defaultdict(
            lambda: deque(maxlen=self._rates.group_per_minute)
        )
        self._paused: dict[Destination, float] = {}
        self._edited: dict[tuple[Destination, int], float] = {}

    def earliest(self, destination: Destination, is_group: bool, edits: int = 0) -> float:
        """The earliest moment for this destination, the limit on everything aside; in the past where that is now.

        Args:
            destination: where the request goes.
            is_group: whether that is a group.
            edits: ``message_id`` of the message the request edits; 0 for none.
        """
        moment = self._paused.get(destination, 0.0)
        if destination in self._last:
            moment = max(moment, self._last[destination] + self._rates.chat_interval * self._rates.slack)
        if is_group:
            minute = self._groups[destination]
            if len(minute) == self._rates.group_per_minute:
                moment = max(moment, minute[0] + 60 * self._rates.slack)
            if (destination, edits) in self._edited:
                moment = max(moment, self._edited[destination, edits] + self._rates.edit_interval * self._rates.slack)
        return moment

    def depart(self, destination: Destination, is_group: bool, now: float, edits: int = 0) -> None:
        """Note that a request's turn has come; the arguments are those of :meth:`earliest`."""
        self._last[destination] = now
        if is_group:
            self._groups[destination].append(now)
            if edits:
                self._edited[destination, edits] = now

    def open_from(self) -> float:
        """The earliest moment at which anything at all may leave; in the past where that is now.

        Departures are spaced evenly: of thirty that left at once, half could be held up on the way and arrive together
        with those of the next second.
        """
        is_full = len(self._seats) == self._rates.per_second
        return max(self._slot, self._seats[0].free if is_full else 0.0)

    def leave(self, destination: Destination, now: float) -> Seat:
        """Count a request that goes now, because its turn has come and everything is open."""
        self._slot = max(self._slot, now - self._rates.catch_up) + self._interval
        self._last[destination] = now
        seat = Seat(now + self._rates.unanswered)
        self._seats.append(seat)
        return seat

    def answered(self, seat: Seat, now: float) -> None:
        """Count a request for one second from its answer at most: it had arrived by then, however long it was held up.

        So of any ``per_second`` + 1 requests the last one leaves a second after the first one was counted at the other
        end, and to space them further apart to be safe is only needed while answers are slow.
        """
        seat.free = min(seat.free, now + 1.0)

    def pause(self, destination: Destination, until: float) -> None:
        """Let nothing leave to this destination before a moment, as Telegram's ``retry_after`` asks."""
        self._paused[destination] = max(until, self._paused.get(destination, 0.0))

    def forget_before(self, now: float) -> None:
        """Drop what no longer holds anything back, so that the memory does not grow with the number of chats."""
        horizon = now - 60 * self._rates.slack
        self._last = {chat: moment for chat, moment in self._last.items() if moment > horizon}
        self._paused = {chat: until for chat, until in self._paused.items() if until > now}
        self._edited = {message: moment for message, moment in self._edited.items() if moment > horizon}
        for chat in [chat for chat, minute in self._groups.items() if not minute or minute[-1] <= horizon]:
            del self._groups[chat]
