"""A PostgreSQL server for the tests, where the machine has the programs of one."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from stats_tools.database import open_database

_TEMPLATE = "migrated"
PROGRAMS = (
    next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
    or Path(shutil.which("initdb") or "/nowhere/initdb").parent
)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A server of our own on a Unix socket; the URL of its first database."""
    if not (PROGRAMS / "initdb").exists():
        # On somebody's own machine the rest is worth running; where a change is judged, nothing may be left out.
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no PostgreSQL server programs here")
    folder = Path(tempfile.mkdtemp(prefix="policybot-pg-"))
    account = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    os.chown(folder, account.pw_uid, account.pw_gid)

    def run(program: str, *arguments: str) -> None:
        command = [PROGRAMS / program, "-D", folder / "data", *arguments]
        subprocess.run(command, check=True, user=account.pw_uid, cwd=folder, stdout=subprocess.DEVNULL)

    run("initdb", "-U", "policybot", "--auth=trust", "-E", "UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    run("pg_ctl", "-o", options, "-l", str(folder / "log"), "-w", "start")
    yield f"postgresql+psycopg://policybot@/postgres?host={folder}"
    run("pg_ctl", "-m", "immediate", "stop")
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def copied(server: str) -> Iterator[Callable[[], str]]:
    """Makes copies of a migrated database on the server and tells their URLs."""
    maintenance = open_database(server)
    numbers = itertools.count(1)

    def create(name: str, template: str) -> str:
        with maintenance.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        return make_url(server).set(database=name).render_as_string(hide_password=False)

    database = open_database(create(_TEMPLATE, "template0"))
    database.upgrade()
    database.close()
    yield lambda: create(f"{_TEMPLATE}_{next(numbers)}", _TEMPLATE)
    maintenance.close()
