"""Roles rise: each may do what the ones before it may, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.access import Principal, Role

ROLES = st.sampled_from(Role)


def test_the_roles_are_those_of_the_contract_in_rising_order() -> None:
    assert [role.value for role in Role] == ["public", "enterprise", "official", "steward", "admin"]


@given(ROLES)
def test_everyone_may_do_what_the_public_may_and_the_admin_everything(role: Role) -> None:
    assert role.includes(Role.PUBLIC)
    assert Role.ADMIN.includes(role)


@given(ROLES, ROLES)
def test_two_roles_include_each_other_only_where_they_are_the_same(one: Role, other: Role) -> None:
    assert (one.includes(other) and other.includes(one)) == (one is other)


@given(ROLES, ROLES, ROLES)
def test_what_a_role_includes_is_included_by_every_higher_one(low: Role, middle: Role, high: Role) -> None:
    if high.includes(middle) and middle.includes(low):
        assert high.includes(low)


@pytest.mark.parametrize(
    ("role", "sees"),
    [(Role.PUBLIC, False), (Role.ENTERPRISE, False), (Role.OFFICIAL, True), (Role.STEWARD, True), (Role.ADMIN, True)],
)
def test_unpublished_figures_are_for_officials_and_up(role: Role, sees: bool) -> None:
    assert Principal(role).sees_unpublished is sees


def test_whoever_is_not_named_is_the_public_without_a_limit_of_cities() -> None:
    assert Principal() == Principal(Role.PUBLIC, "", frozenset())
