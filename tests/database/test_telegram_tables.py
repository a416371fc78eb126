"""What the Telegram door keeps in the database."""

from __future__ import annotations

import importlib
import pkgutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import BigInteger, Boolean, Connection, Integer, Table, insert, select
from sqlalchemy.exc import IntegrityError

import bot
from bot.assistant.access import Principal, Role
from bot.assistant.conversation import Turn
from bot.assistant.feedback import Vote
from bot.assistant.refusals import Refused
from bot.assistant.types import Citation, Status
from bot.database import telegram_schema
from bot.database.conversations import DatabaseConversations
from bot.database.feedback import Feedback
from bot.database.people import People
from bot.database.refusals import DatabaseRefusals
from bot.database.schema import FeedbackRow, PersonRow, TurnRow
from bot.database.shared_writes import Step, write_together
from bot.database.telegram_answers import Button, ChatAnswer, ChatAnswers, new_token
from bot.database.telegram_chats import Chat, Chats
from bot.database.telegram_people import Invitation, Invitations, Traces
from bot.database.telegram_schema import AnswerRow, ChatRow, TalkRow
from bot.database.telegram_updates import Lease, SettledError, UpdateInbox, at_work
from stats_tools.database import Database
from stats_tools.schema import UtcDateTime

GROUP, SUPERGROUP, PERSON = -5_000_123, -1_001_234_567_890, 4_711_002_938
VOTE = Vote("a", "问？", Status.ANSWERED, (("plan", "三、"),), helpful=False)
NO_PERSON = {"update_id", "topic", "question_message", "prompt"}
"""Columns that hold large numbers of Telegram's other than those of people and chats."""


def carry_out(database: Database, step: Step) -> None:
    with database.writing() as connection:
        step(connection)


def citation(n: int = 1) -> Citation:
    section = ("三、", "（四）")
    return Citation(n, "plan", "方案", "鲁发改〔2020〕194号", section, "原文", 3, 5, date(2020, 1, 1), None, True)


def answer(key: str = "a", chat: int = PERSON, user: int = PERSON, question_message: int = 7) -> ChatAnswer:
    return ChatAnswer(key, chat, 0, user, question_message, "问题？", (citation(),))


def test_the_migration_makes_exactly_the_tables_the_program_declares(database: Database) -> None:
    assert tables()
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [str(d) for d in compare_metadata(context, telegram_schema.Base.metadata)]
    assert [d for d in differences if "telegram_" in d] == []


class TestUpdates:
    def test_an_update_is_new_once(self, database: Database) -> None:
        inbox = UpdateInbox(database)
        first, second = {"update_id": 1}, {"update_id": 2, "x": "二"}
        assert inbox.receive([second, first]) == (first, second)
        assert inbox.receive([{"update_id": 2}, {"update_id": 3}, {"update_id": 3}]) == ({"update_id": 3},)

    def test_what_is_not_finished_is_there_after_a_restart_and_what_is_finished_says_nothing(
        self, database: Database
    ) -> None:
        inbox = UpdateInbox(database)
        inbox.receive([{"update_id": 1, "text": "秘密"}, {"update_id": 2}])
        inbox.finish(1)
        assert UpdateInbox(database, "next").take_over() == ({"update_id": 2},)
        assert inbox.receive([{"update_id": 1}]) == ()
        with database.reading() as connection:
            assert "秘密" not in str(connection.exec_driver_sql("SELECT * FROM telegram_updates").all())

    def test_of_several_who_have_one_in_work_the_first_to_answer_answers(self, database: Database) -> None:
        inbox, answers = UpdateInbox(database), ChatAnswers(database)
        inbox.receive([{"update_id": 1}])
        carry_out(database, answers.adding(answer("first"), [], finishing=1))
        for late in (answers.adding(answer("late"), [], finishing=1), inbox.claiming(1), inbox.claiming(2)):
            with pytest.raises(SettledError):
                carry_out(database, late)
        inbox.finish(1)
        assert answers.of_question(PERSON, 7) is not None
        with database.reading() as connection:
            assert connection.scalars(select(AnswerRow.key)).all() == ["first"]

    def test_what_a_process_has_in_work_is_taken_over_by_one_other_when_it_has_ended(self, database: Database) -> None:
        ann, bob, cat = (UpdateInbox(database, name) for name in ("ann", "bob", "cat"))
        leases = {name: at_work(database, name, timedelta(minutes=1)) for name in ("ann", "bob", "cat")}
        assert all(lease.take() for lease in leases.values())
        ann.receive([{"update_id": 2}, {"update_id": 1}, {"update_id": 3}])
        ann.finish(3)
        assert bob.take_over() == ann.take_over() == ()
        leases["ann"].give_back()
        assert bob.take_over() == ({"update_id": 1}, {"update_id": 2})
        assert cat.take_over() == bob.take_over() == ()

    def test_a_process_that_is_started_again_goes_on_where_the_last_one_of_its_name_ended(
        self, database: Database
    ) -> None:
        assert at_work(database, "ann", timedelta(minutes=1)).take()
        UpdateInbox(database, "ann").receive([{"update_id": 1}])
        again = UpdateInbox(database, "ann")
        assert again.take_over(predecessor=True) == ({"update_id": 1},)
        assert again.take_over() == ()

    def test_of_many_that_look_at_once_one_takes_over(self, database: Database) -> None:
        UpdateInbox(database, "dead").receive([{"update_id": 1}])
        inboxes = [UpdateInbox(database, str(number)) for number in range(8)]
        for number in range(8):
            at_work(database, str(number), timedelta(minutes=1)).take()
        with ThreadPoolExecutor(8) as threads:
            assert sum(map(len, threads.map(UpdateInbox.take_over, inboxes))) == 1

    def test_recent_updates_are_recognised_and_old_ones_forgotten(self, database: Database) -> None:
        inbox = UpdateInbox(database)
        inbox.receive([{"update_id": 1}, {"update_id": 2}])
        with database.writing() as connection:
            connection.exec_driver_sql("UPDATE telegram_updates SET received_at='2020-01-01' WHERE update_id=1")
        inbox.forget_old()
        assert inbox.receive([{"update_id": 1}, {"update_id": 2}]) == ({"update_id": 1},)

    def test_more_updates_than_one_list_of_values_holds(self, database: Database) -> None:
        many = [{"update_id": number} for number in range(1200)]
        assert len(UpdateInbox(database).receive(many)) == 1200
        assert UpdateInbox(database).receive(many) == ()


class TestLease:
    def test_only_one_holds_it_until_it_is_given_back(self, database: Database) -> None:
        mine, other = (Lease(database, "poll", name, timedelta(minutes=1)) for name in ("a", "b"))
        assert mine.take()
        assert mine.take()
        assert not other.take()
        other.give_back()
        assert not other.take()
        mine.give_back()
        assert other.take()

    def test_a_holder_that_died_is_replaced(self, database: Database) -> None:
        assert Lease(database, "poll", "dead", timedelta(seconds=-1)).take()
        assert Lease(database, "poll", "next", timedelta(minutes=1)).take()

    def test_a_holder_whose_clock_is_a_little_ahead_keeps_it_and_one_from_before_the_clock_was_set_back_does_not(
        self, database: Database
    ) -> None:
        assert Lease(database, "poll", "ahead", timedelta(seconds=65)).take()
        assert not Lease(database, "poll", "next", timedelta(minutes=1)).take()
        assert Lease(database, "run", "set back", timedelta(hours=1)).take()
        assert Lease(database, "run", "next", timedelta(minutes=1)).take()

    def test_of_many_that_ask_at_once_one_gets_it(self, database: Database) -> None:
        leases = [Lease(database, "poll", str(number), timedelta(minutes=1)) for number in range(8)]
        with ThreadPoolExecutor(8) as threads:
            assert sum(threads.map(Lease.take, leases)) == 1


class TestChats:
    def test_a_group_shows_the_public_what_is_public_until_it_is_bound(self, database: Database) -> None:
        chats = Chats(database)
        assert chats.chat(GROUP).principal == Principal(Role.PUBLIC, f"telegram-group:{GROUP}")
        chats.bind(GROUP, Role.OFFICIAL, {"烟台"})
        assert chats.chat(GROUP).principal == Principal(Role.OFFICIAL, f"telegram-group:{GROUP}", frozenset({"烟台"}))

    def test_a_chat_that_cannot_be_reached_tells_why_until_it_can(self, database: Database) -> None:
        chats = Chats(database)
        chats.unreachable(PERSON, "bot was blocked by the user")
        assert chats.chat(PERSON) == Chat(PERSON, reachable=False, reason="bot was blocked by the user")
        chats.reachable(PERSON)
        assert chats.chat(PERSON) == Chat(PERSON)

    def test_a_conversation_keeps_its_key_in_chat_topic_and_person(self, database: Database) -> None:
        chats = Chats(database)
        keys = [chats.session(*place) for place in ((GROUP, 0, 1), (GROUP, 7, 1), (GROUP, 0, 2), (SUPERGROUP, 0, 1))]
        assert len(set(keys)) == 4
        assert chats.session(GROUP, 0, 1) == keys[0]
        assert str(GROUP) not in keys[0]
        assert chats.end_talk(GROUP, 0, 1) == keys[0]
        assert chats.session(GROUP, 0, 1) != keys[0]

    def test_a_group_that_migrates_takes_everything_along(self, database: Database) -> None:
        chats, answers = Chats(database), ChatAnswers(database)
        chats.bind(GROUP, Role.OFFICIAL)
        session = chats.session(GROUP, 0, PERSON)
        carry_out(database, answers.adding(answer(chat=GROUP), []))
        chats.migrate(GROUP, SUPERGROUP)
        chats.migrate(GROUP, SUPERGROUP)
        assert chats.chat(SUPERGROUP).role is Role.OFFICIAL
        assert chats.session(SUPERGROUP, 0, PERSON) == session
        assert answers.of_question(SUPERGROUP, 7) is not None
        assert chats.chat(GROUP) == Chat(GROUP)

    def test_what_was_said_under_the_new_id_before_the_news_came_is_kept_too(self, database: Database) -> None:
        chats, answers = Chats(database), ChatAnswers(database)
        chats.bind(GROUP, Role.OFFICIAL)
        session = chats.session(GROUP, 0, PERSON)
        chats.session(SUPERGROUP, 0, PERSON)
        other = chats.session(SUPERGROUP, 3, PERSON)
        carry_out(database, answers.adding(answer(chat=SUPERGROUP), []))
        chats.migrate(GROUP, SUPERGROUP)
        assert (chats.session(SUPERGROUP, 0, PERSON), chats.session(SUPERGROUP, 3, PERSON)) == (session, other)
        assert answers.of_question(SUPERGROUP, 7) is not None

    def test_what_is_said_in_a_groups_own_name_stays_its_own_when_it_migrates(self, database: Database) -> None:
        chats, answers = Chats(database), ChatAnswers(database)
        old = chats.session(GROUP, 3, GROUP)
        chats.session(GROUP, 0, GROUP)
        begun_anew = chats.session(SUPERGROUP, 0, SUPERGROUP)
        carry_out(database, answers.adding(answer(chat=GROUP, user=GROUP), []))
        chats.migrate(GROUP, SUPERGROUP)
        assert chats.session(SUPERGROUP, 0, SUPERGROUP) == begun_anew
        assert chats.session(SUPERGROUP, 3, SUPERGROUP) == old
        found = answers.of_question(SUPERGROUP, 7)
        assert found is not None
        assert found.user_id == SUPERGROUP


class TestSharedWrites:
    def test_writes_that_come_together_are_all_kept(self, database: Database) -> None:
        answers = ChatAnswers(database)
        steps = [answers.adding(answer("a"), []), answers.adding(answer("b"), []), answers.noting("a", [5])]
        assert write_together(database, steps) == [None, None, None]
        with database.reading() as connection:
            kept = connection.execute(select(AnswerRow.key, AnswerRow.messages).order_by(AnswerRow.key)).all()
        assert kept == [("a", "[5]"), ("b", "[]")]

    def test_a_write_that_fails_takes_no_other_with_it(self, database: Database) -> None:
        answers, inbox = ChatAnswers(database), UpdateInbox(database)
        inbox.receive([{"update_id": 1}, {"update_id": 2}])
        carry_out(database, answers.adding(answer("taken"), []))
        twice = answers.adding(answer("taken"), [], finishing=1)
        once = answers.adding(answer("new"), [], finishing=2)
        refused, kept = write_together(database, [twice, once])
        assert isinstance(refused, IntegrityError)
        assert kept is None
        assert UpdateInbox(database, "next").take_over() == ({"update_id": 1},), (
            "what failed left its question to be answered again"
        )
        with database.reading() as connection:
            assert connection.execute(select(AnswerRow.key).order_by(AnswerRow.key)).scalars().all() == ["new", "taken"]


class TestAnswers:
    def test_a_button_finds_its_answer(self, database: Database) -> None:
        answers, token = ChatAnswers(database), new_token()
        assert len(token.encode()) <= 64
        carry_out(database, answers.adding(answer(), [Button(token, "source", "1")]))
        carry_out(database, answers.noting("a", [10, 11]))
        pressed = answers.press(token)
        assert pressed is not None
        button, found = pressed
        assert button == Button(token, "source", "1")
        assert found.citations == (citation(),)
        assert found.messages == (10, 11)

    def test_what_left_is_listed_until_it_is_noted_what_became_of_it(self, database: Database) -> None:
        inbox, answers = UpdateInbox(database), ChatAnswers(database)
        inbox.receive([{"update_id": number} for number in range(4)])
        before = datetime.now(UTC)
        for number in range(4):
            carry_out(database, answers.adding(answer(f"left{number}"), [], finishing=number))
        carry_out(database, answers.adding(answer("greeting"), []))
        assert answers.leaving(before) == ()
        carry_out(database, answers.noting("left0", [5]))
        carry_out(database, answers.doubting("left1", [Button("again", "again", "问题？")]))
        carry_out(database, answers.doubting("forgotten meanwhile", [Button("none", "again", "问题？")]))
        assert [each.key for each in answers.leaving(datetime.now(UTC))] == ["left2", "left3"]
        assert answers.press("again") is not None
        assert answers.press("none") is None

    def test_an_edit_that_was_interrupted_finds_the_answer_it_was_to_edit(self, database: Database) -> None:
        answers = ChatAnswers(database)
        carry_out(database, answers.adding(answer("old"), []))
        carry_out(database, answers.noting("old", [5]))
        carry_out(database, answers.adding(answer("interrupted"), []))
        found = answers.of_question(PERSON, 7)
        assert found is not None
        assert (found.key, found.messages) == ("old", (5,))

    def test_a_token_nobody_knows_finds_nothing(self, database: Database) -> None:
        assert ChatAnswers(database).press("gone") is None


class TestInvitations:
    def test_a_code_grants_its_role_once(self, database: Database) -> None:
        invitations = Invitations(database)
        code = invitations.issue(Role.OFFICIAL, {"烟台"}, 1, timedelta(days=1))
        assert invitations.peek(code) == Invitation(Role.OFFICIAL, frozenset({"烟台"}))
        assert invitations.redeem(code.lower()) == Invitation(Role.OFFICIAL, frozenset({"烟台"}))
        assert invitations.redeem(code) is None
        assert invitations.peek(code) is None

    def test_an_expired_or_invented_code_grants_nothing(self, database: Database) -> None:
        invitations = Invitations(database)
        assert invitations.redeem(invitations.issue(Role.ADMIN, (), 1, timedelta(seconds=-1))) is None
        assert invitations.redeem("ABCDEFGHJKMNPQRS") is None

    def test_of_two_who_redeem_at_once_one_succeeds(self, database: Database) -> None:
        invitations = Invitations(database)
        code = invitations.issue(Role.OFFICIAL, (), 1, timedelta(days=1))
        with ThreadPoolExecutor(6) as threads:
            assert sum(found is not None for found in threads.map(invitations.redeem, [code] * 6)) == 1

    @pytest.mark.parametrize(
        ("role", "cities", "gains"),
        [
            (Role.PUBLIC, (), True),
            (Role.ENTERPRISE, (), True),
            (Role.OFFICIAL, (), False),
            (Role.OFFICIAL, ("烟台", "青岛"), False),
            (Role.OFFICIAL, ("青岛",), True),
            (Role.ADMIN, ("青岛",), False),
        ],
    )
    def test_an_invitation_is_for_those_who_gain_by_it(self, role: Role, cities: tuple[str, ...], gains: bool) -> None:
        assert Invitation(Role.OFFICIAL, frozenset({"烟台"})).adds_to(role, frozenset(cities)) is gains

    def test_the_table_does_not_hold_the_code(self, database: Database) -> None:
        code = Invitations(database).issue(Role.OFFICIAL, (), 1, timedelta(days=1))
        with database.reading() as connection:
            assert code not in str(connection.exec_driver_sql("SELECT * FROM telegram_invitations").all())


class TestForgetting:
    def test_nothing_of_a_forgotten_person_remains(self, database: Database) -> None:
        chats, answers, turns = Chats(database), ChatAnswers(database), DatabaseConversations(database)
        for user in (PERSON, 99):
            People(database).grant(user, Role.OFFICIAL, f"人{user}")
            turns.append(chats.session(GROUP, 0, user), Turn(f"问{user}", "答", "answered"))
            carry_out(database, answers.adding(answer(f"a{user}", GROUP, user), [Button(f"t{user}", "source", "1")]))
            Feedback(database).rate(VOTE, user)
            Feedback(database).remark(user, "意见")
            chats.session(user, 0, user)
        Traces(database).forget_person(PERSON)
        tables = (PersonRow, TurnRow, TalkRow, AnswerRow, FeedbackRow)
        with database.reading() as connection:
            left = {table.__tablename__: str(connection.execute(select(table)).all()) for table in tables}
        assert not [table for table, rows in left.items() if str(PERSON) in rows]
        assert all("99" in rows for rows in left.values())
        assert answers.press(f"t{PERSON}") is None
        assert answers.press("t99") is not None

    def test_of_a_group_what_was_said_in_its_name_is_forgotten_and_what_it_may_see_stays(
        self, database: Database
    ) -> None:
        chats = Chats(database)
        chats.bind(GROUP, Role.OFFICIAL)
        own, others = chats.session(GROUP, 0, GROUP), chats.session(GROUP, 0, PERSON)
        Traces(database).forget_person(GROUP)
        assert chats.chat(GROUP).role is Role.OFFICIAL
        assert chats.session(GROUP, 0, GROUP) != own
        assert chats.session(GROUP, 0, PERSON) == others

    def test_what_is_older_than_the_retention_goes(self, database: Database) -> None:
        chats, answers, turns = Chats(database), ChatAnswers(database), DatabaseConversations(database)
        turns.append(chats.session(PERSON, 0, PERSON), Turn("问", "答", "answered"))
        carry_out(database, answers.adding(answer(), []))
        Feedback(database).rate(VOTE, PERSON)
        DatabaseRefusals(database).note(Refused("问？", "lacking"))
        traces = Traces(database)
        traces.forget_before(datetime.now(UTC) - timedelta(days=1))
        assert turns.turns(chats.session(PERSON, 0, PERSON))
        traces.forget_before(datetime.now(UTC) + timedelta(days=1))
        assert not turns.turns(chats.session(PERSON, 0, PERSON))
        assert answers.of_question(PERSON, 7) is None
        ever = datetime(2000, 1, 1, tzinfo=UTC)
        assert Feedback(database).complaints(ever) == ()
        assert DatabaseRefusals(database).since(ever) == ()

    def test_every_table_that_knows_people_or_chats_forgets_them(self, database: Database) -> None:
        known = [table for table in tables() if any(holds_people(column) for column in table.c)]
        assert {"people", "telegram_talks", "feedback", "telegram_invitations"} <= {table.name for table in known}
        made: dict[str, Any] = {}
        with database.writing() as connection:
            for table in known:
                fill(connection, table, made)
        Traces(database).forget_person(PERSON)
        with database.reading() as connection:
            left = [table.name for table in known if str(PERSON) in str(connection.execute(select(table)).all())]
        assert left == []

    def test_every_table_that_speaks_of_a_chat_refers_to_the_register_of_chats(self) -> None:
        speaking = [each for table in tables() for each in table.c if each.name in ("chat", "chat_id")]
        assert len(speaking) > 2
        register = ChatRow.__table__.c.chat_id
        loose = [str(each) for each in speaking if each is not register and not each.references(ChatRow.__table__.c.id)]
        assert loose == []


def tables() -> list[Table]:
    """Every table of the product, those that others refer to first."""
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if "schema" in module.name:
            importlib.import_module(module.name)
    return list(telegram_schema.Base.metadata.sorted_tables)


def holds_people(column: Any) -> bool:
    return isinstance(column.type, BigInteger) and column.name not in NO_PERSON


def fill(connection: Connection, table: Table, made: dict[str, Any]) -> None:
    """Put a row into a table, about our person wherever it can be about somebody."""
    if table.name in made:
        return
    values: dict[str, Any] = {}
    for column in table.c:
        if column.foreign_keys:
            (key,) = column.foreign_keys
            fill(connection, key.column.table, made)
            values[column.name] = made[key.column.table.name][key.column.name]
        elif isinstance(column.type, Boolean):
            values[column.name] = True
        elif isinstance(column.type, UtcDateTime):
            values[column.name] = datetime.now(UTC)
        elif isinstance(column.type, Integer):
            values[column.name] = PERSON if holds_people(column) else 1
        else:
            values[column.name] = "[]"
    connection.execute(insert(table).values(values))
    made[table.name] = values
