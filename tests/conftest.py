"""State that is costly to make, made once: a home folder with the sample, and copies of it to write to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.settings import Settings
from stats_tools.database import Database, open_database
from tests.postgresql import copied as copied
from tests.postgresql import server as server

# How fast examples are made says how busy the machine is, nothing about the product.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An initialised home with the sample, for the two fixtures that copy it and no one else: it stays as made."""
    from bot.state import prepare

    home = tmp_path_factory.mktemp("sample") / "home"
    prepare(Settings(policybot_home=home), sample=True)
    return home


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without anything in it, to be copied: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "policybot.sqlite3"
    made = open_database(f"sqlite:///{path}")
    made.upgrade()
    made.close()
    return path


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated database of this test alone."""
    opened = open_database(f"sqlite:///{shutil.copy(migrated, tmp_path / 'policybot.sqlite3')}")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shared_home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An initialised home with the sample, for the tests of one file: asking leaves traces, such as gaps."""
    return Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("shared") / "home"))


@pytest.fixture(params=["sqlite", "postgresql"])
def either_database(request: pytest.FixtureRequest, migrated: Path, tmp_path: Path) -> Iterator[Database]:
    """Each of the databases a deployment may have: what is promised is promised on either."""
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copy(migrated, tmp_path / 'either.sqlite3')}"
    else:
        url = request.getfixturevalue("copied")()
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    """An initialised home with the sample, of this test alone."""
    return Path(shutil.copytree(sample_home, tmp_path / "home"))
