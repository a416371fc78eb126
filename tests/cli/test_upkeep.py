"""Getting ready, and what is said when something is broken: the command that repairs it, never a stack trace."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from bot.settings import Settings
from stats_tools.database import MIGRATIONS, open_database
from tests.cli.conftest import Policybot

QUESTION = "到2021年国家级集群的规模目标是什么"


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch, home: Path) -> Path:
    """The home folder before anything was ever run."""
    shutil.rmtree(home)
    return home


def test_any_command_initialises_by_itself_and_says_so_beside_its_output(policybot: Policybot, empty: Path) -> None:
    run = policybot("ask", QUESTION, "--json")
    assert run.code == 0
    assert "2000亿元" in run.record["answer"]
    assert str(empty) in run.err
    assert policybot("ask", QUESTION).err == ""


def test_init_may_be_repeated(policybot: Policybot, empty: Path) -> None:
    for _ in range(2):
        assert policybot("init").code == 0
    assert policybot("stats", "history", "--json").record["imports"]
    assert policybot("doctor").code == 0


def test_init_without_the_sample_has_documents_and_no_figures(policybot: Policybot, empty: Path) -> None:
    assert policybot("init", "--no-sample").code == 0
    assert policybot("ask", QUESTION).code == 0
    assert policybot("ask", "2021年上半年济南信息技术服务集群营收是多少？").code == 3
    assert policybot("stats", "history", "--json").record["imports"] == []


def test_what_began_without_the_sample_stays_without_it(policybot: Policybot, empty: Path) -> None:
    policybot("init", "--no-sample")
    shutil.rmtree(empty / "index")
    run = policybot("ask", QUESTION)
    assert (run.code, "首次使用" in run.err) == (0, False)
    assert policybot("stats", "history", "--json").record["imports"] == []


def test_data_of_an_older_program_is_upgraded_and_kept(policybot: Policybot, home: Path) -> None:
    before = policybot("stats", "history", "--json").record["imports"]
    _one_version_back(home)
    run = policybot("ask", QUESTION)
    assert (run.code, "首次使用" in run.err) == (0, False)
    assert "都保留" in run.err
    assert policybot("stats", "history", "--json").record["imports"] == before


def _one_version_back(home: Path) -> None:
    database = open_database(Settings(policybot_home=home).database)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "-1")
    database.close()


def test_doctor_finds_a_sound_installation_sound(policybot: Policybot) -> None:
    run = policybot("doctor")
    assert run.code == 0, run.out
    assert run.out.count("✓") == 6
    assert policybot("doctor", "--json").record["ok"] is True


def _spoil(folder: Path) -> None:
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        path.write_bytes(b"spoiled")


def test_a_spoiled_index_is_named_with_the_command_that_repairs_it(policybot: Policybot, home: Path) -> None:
    _spoil(home / "index")
    for arguments in (("doctor",), ("knowledge", "check"), ("ask", QUESTION)):
        run = policybot(*arguments)
        assert run.code == 1, arguments
        assert "policybot knowledge rebuild" in run.out + run.err, arguments
    assert policybot("knowledge", "rebuild").code == 0
    assert policybot("ask", QUESTION).code == 0
    assert policybot("doctor").code == 0


def test_a_spoiled_index_does_not_keep_figures_from_being_told(policybot: Policybot, home: Path) -> None:
    _spoil(home / "index")
    assert policybot("ask", "2021年上半年济南信息技术服务集群营收是多少？").code == 0


def test_an_index_of_another_encoder_is_named_with_the_command_that_repairs_it(
    policybot: Policybot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENCODER", "some/other-model")
    run = policybot("ask", QUESTION)
    assert run.code == 1
    assert "policybot knowledge rebuild" in run.out + run.err


def test_a_missing_index_is_built_at_need(policybot: Policybot, home: Path) -> None:
    shutil.rmtree(home / "index")
    assert policybot("ask", QUESTION).code == 0


def test_a_file_that_is_no_database_is_left_alone_and_named(policybot: Policybot, home: Path) -> None:
    for path in home.glob("policybot.sqlite3*"):
        path.unlink()
    (home / "policybot.sqlite3").write_bytes(b"this is not a database, but it is somebody's file" * 100)
    for arguments in (("ask", QUESTION), ("init",), ("doctor",)):
        run = policybot(*arguments)
        assert run.code == 1, arguments
        assert "policybot init" in run.out + run.err, arguments
    assert (home / "policybot.sqlite3").read_bytes().startswith(b"this is not")


def test_a_database_of_a_newer_program_is_not_touched(policybot: Policybot, home: Path) -> None:
    import sqlite3

    with sqlite3.connect(home / "policybot.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    run = policybot("ask", QUESTION)
    assert run.code == 1
    assert "升级程序" in run.err


@pytest.mark.parametrize("below", ["", "below"])
def test_a_home_that_cannot_be_a_folder_is_named(
    policybot: Policybot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, below: str
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("POLICYBOT_HOME", str(tmp_path / "file" / below))
    for arguments in (("ask", QUESTION), ("init",)):
        run = policybot(*arguments)
        assert (run.code, run.out) == (1, "")
        assert "POLICYBOT_HOME" in run.err


def test_an_unexpected_failure_is_one_line_and_a_log(
    policybot: Policybot, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("bot.bootstrap.build_assistant", broken)
    run = policybot("ask", QUESTION)
    assert (run.code, run.out) == (1, "")
    assert len(run.err.splitlines()) == 1
    assert str(home / "logs" / "policybot.log") in run.err
    assert "secret detail" in (home / "logs" / "policybot.log").read_text(encoding="utf-8")
