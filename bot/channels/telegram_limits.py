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
        slack: factor by which every chat's windows are stretched, because the network may bunch what left evenly.
        total_slack: the same for the limit on everything, which a thousand chats wait for.
        catch_up: seconds by which a departure that was late lets the following ones be early again; less than what
            ``total_slack`` stretches a second by, so that no second holds more than ``per_second``.
    """

    per_second: int = 30
    chat_interval: float = 1.0
    group_per_minute: int = 20
    edit_interval: float = 3.0
    slack: float = 1.1
    total_slack: float = 1.07
    catch_up: float = 0.04


class SendSchedule:
    """Remembers departures and tells the earliest moment of the next one.

    Moments are seconds on any clock that does not go back.

    Args:
        rates: the limits to keep.
    """

    def __init__(self, rates: Rates | None = None) -> None:
        self._rates = rates or Rates()
        self._interval = self._rates.total_slack / self._rates.per_second
        self._opens = 0.0
        self._slot = 0.0
        self._left: deque[float] = deque(maxlen=self._rates.per_second)
        self._last: dict[Destination, float] = {}
        self._groups: defaultdict[Destination, deque[float]] = defaultdict(
            lambda: deque(maxlen=self._rates.group_per_minute)
        )
        self._paused: dict[Destination, float] = {}
        self._edited: dict[tuple[Destination, int], float] = {}

    def open_from(self) -> float:
        """The earliest moment at which anything at all may leave.

        Departures are spaced evenly: of thirty that left at once, half could be held up on the way and arrive together
        with those of the next second.
        """
        return self._opens

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
        self._opens = self._after(self._opens, now)
        self._last[destination] = now
        if is_group:
            self._groups[destination].append(now)
            if edits:
                self._edited[destination, edits] = now

    def leave(self, destination: Destination, now: float) -> float:
        """The moment at which a request whose turn has come may go: after being held up, still spaced from the others.

        Its chat's next request is counted from then.
        """
        moment = max(now, self._slot)
        self._slot = self._after(self._slot, moment)
        self._last[destination] = moment
        return moment

    def left(self, now: float) -> float:
        """Note that a request goes now and return ``now``; or the moment it has to wait for, and nothing is noted.

        Who sleeps until a moment wakes somewhat later.  However late some were, the last ``per_second`` of those that
        really left decide.
        """
        if len(self._left) == self._rates.per_second:
            full_until = self._left[0] + self._rates.total_slack - self._rates.catch_up
            if full_until > now:
                return full_until
        self._left.append(now)
        return now

    def _after(self, planned: float, actual: float) -> float:
        """The slot after one that was planned for a moment and used at another one, not before it."""
        return max(planned, actual - self._rates.catch_up) + self._interval

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
