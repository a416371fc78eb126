"""The register of people: roles come from here, never from a message."""

from __future__ import annotations

import pytest

from bot.assistant.access import Principal, Role
from bot.database.people import People, Person
from stats_tools.database import Database

LARGEST_TELEGRAM_ID = 2**52 - 1


@pytest.fixture
def people(database: Database) -> People:
    return People(database)


def test_nobody_is_registered_at_first(people: People) -> None:
    assert people.everyone() == ()
    assert people.by_telegram(1) is None


def test_a_granted_role_is_what_the_person_may_do(people: People) -> None:
    granted = people.grant(LARGEST_TELEGRAM_ID, Role.OFFICIAL, "王处长", {"烟台", "临沂"})
    assert granted == Person(LARGEST_TELEGRAM_ID, "王处长", Role.OFFICIAL, frozenset({"烟台", "临沂"}))
    assert people.by_telegram(LARGEST_TELEGRAM_ID) == granted
    assert granted.principal == Principal(Role.OFFICIAL, "王处长", frozenset({"烟台", "临沂"}))


def test_granting_again_replaces_role_and_scope_and_keeps_the_name(people: People) -> None:
    people.grant(1, Role.OFFICIAL, "王处长", {"烟台"})
    assert people.grant(1, Role.STEWARD) == Person(1, "王处长", Role.STEWARD)
    assert people.everyone() == (Person(1, "王处长", Role.STEWARD),)


def test_a_revoked_person_is_the_public_again(people: People) -> None:
    people.grant(1, Role.ADMIN, "管理员", {"烟台"})
    assert people.revoke(1)
    assert people.by_telegram(1) == Person(1, "管理员", Role.PUBLIC)


def test_revoking_a_stranger_changes_nothing(people: People) -> None:
    assert not people.revoke(1)
    assert people.everyone() == ()


def test_people_are_listed_in_the_order_of_registration_each_with_the_own_scope(people: People) -> None:
    people.grant(9, Role.OFFICIAL, "甲", {"青岛"})
    people.grant(3, Role.ENTERPRISE, "乙")
    assert [(p.name, p.cities) for p in people.everyone()] == [("甲", {"青岛"}), ("乙", frozenset())]
