"""State that is costly to make, made once: a home folder with the sample, and copies of it to write to."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.settings import Settings


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An initialised home with the sample; never to be written to."""
    from bot.bootstrap import prepare

    home = tmp_path_factory.mktemp("sample") / "home"
    prepare(Settings(policybot_home=home), sample=True)
    return home


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    """An initialised home with the sample, of this test alone."""
    return Path(shutil.copytree(sample_home, tmp_path / "home"))
