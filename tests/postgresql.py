"""A PostgreSQL server for the tests, where the machine has the programs of one."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

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
