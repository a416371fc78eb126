"""``Conversations``: what is remembered of a session, in this process or in the database."""

from __future__ import annotations

import multiprocessing
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.conversation import REMEMBERED_TURNS, Conversations, MemoryConversations, Turn
from bot.database.conversations import DatabaseConversations
from stats_tools.database import Database, open_database


def turn(number: int) -> Turn:
    return Turn(f"第{number}问", f"第{number}答", "answered", {"metric": {"indicator": "revenue", "n": number}})


class ConversationsContract(ABC):
    """What every implementation owes."""

    @pytest.fixture
    @abstractmethod
    def conversations(self) -> Conversations:
        """The implementation under test, empty."""

    def test_a_turn_comes_back_as_it_was_said(self, conversations: Conversations) -> None:
        said = Turn("那青岛呢？", "青岛市轨道交通装备产业集群…", "clarify", {"options": ["甲", "乙"], "metric": None})
        conversations.append("群聊:7", said)
        assert conversations.turns("群聊:7") == (said,)

    def test_turns_come_oldest_first(self, conversations: Conversations) -> None:
        for number in range(3):
            conversations.append("s", turn(number))
        assert conversations.turns("s") == (turn(0), turn(1), turn(2))

    def test_only_the_last_turns_are_remembered(self, conversations: Conversations) -> None:
        for number in range(REMEMBERED_TURNS + 5):
            conversations.append("s", turn(number))
        assert conversations.turns("s") == tuple(turn(number) for number in range(5, REMEMBERED_TURNS + 5))

    def test_sessions_do_not_hear_each_other(self, conversations: Conversations) -> None:
        conversations.append("甲", turn(1))
        conversations.append("乙", turn(2))
        assert conversations.turns("甲") == (turn(1),)
        assert conversations.turns("丙") == ()

    def test_a_question_without_a_session_leaves_no_trace(self, conversations: Conversations) -> None:
        conversations.append("", turn(1))
        assert conversations.turns("") == ()

    @pytest.mark.parametrize("session", ["x" * 5000, "表情🙂", "a\x00b", "'; DROP TABLE people; --"])
    def test_any_text_can_name_a_session(self, conversations: Conversations, session: str) -> None:
        conversations.append(session, turn(1))
        assert conversations.turns(session) == (turn(1),)

    def test_any_json_state_survives(self, conversations: Conversations) -> None:
        @settings(max_examples=20, deadline=None)
        @given(st.dictionaries(st.text(), st.none() | st.integers(-(2**53), 2**53) | st.text() | st.lists(st.text())))
        def survives(state: dict[str, object]) -> None:
            conversations.append("state", Turn("问", "答", "answered", state))
            assert conversations.turns("state")[-1].state == state

        survives()

    def test_threads_may_talk_at_once(self, conversations: Conversations) -> None:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda number: conversations.append(f"s{number % 2}", turn(number)), range(20)))
        remembered = [t.question for name in ("s0", "s1") for t in conversations.turns(name)]
        assert sorted(remembered) == sorted(turn(number).question for number in range(20))


class TestMemoryConversations(ConversationsContract):
    @pytest.fixture
    def conversations(self) -> Conversations:
        return MemoryConversations()


class TestDatabaseConversations(ConversationsContract):
    @pytest.fixture
    def database(self, either_database: Database) -> Database:
        return either_database

    @pytest.fixture
    def conversations(self, database: Database) -> Conversations:
        return DatabaseConversations(database)

    def test_a_conversation_outlives_the_process(self, database: Database) -> None:
        DatabaseConversations(database).append("s", turn(1))
        assert DatabaseConversations(database).turns("s") == (turn(1),)

    def test_forgotten_turns_leave_the_database(self, database: Database, conversations: Conversations) -> None:
        for number in range(REMEMBERED_TURNS + 5):
            conversations.append("s", turn(number))
        with database.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM conversation_turns").scalar() == REMEMBERED_TURNS

    def test_the_table_does_not_tell_who_talked(self, database: Database, conversations: Conversations) -> None:
        conversations.append("telegram:4711", turn(1))
        with database.reading() as connection:
            assert "4711" not in str(connection.exec_driver_sql("SELECT session FROM conversation_turns").all())

    def test_two_processes_may_talk_in_one_session(self, database: Database, conversations: Conversations) -> None:
        url = database.engine.url.render_as_string(hide_password=False)
        processes = [
            multiprocessing.get_context("spawn").Process(target=_talk, args=(url, start)) for start in (0, 100)
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0, 0]
        said = {t.question for t in conversations.turns("shared")}
        assert said == {turn(start + number).question for start in (0, 100) for number in range(8)}


def _talk(url: str, start: int) -> None:
    database = open_database(url)
    conversations = DatabaseConversations(database)
    for number in range(8):
        conversations.append("shared", turn(start + number))
    database.close()
