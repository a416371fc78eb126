"""Files that have to be parsed are read in a process of their own, so that none takes the program or the machine down.

A few kilobytes can unfold to gigabytes, or to shapes that take hours to draw. The process has so much memory and time;
what ends it leaves nothing behind but the reason.
"""

from __future__ import annotations

import json
import queue
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from knowledge.errors import DocumentError, Flaw, Problem
from knowledge.reading import Progress, Reading, no_progress

_ROOT = Path(__file__).parent.parent
"""Where this very package is found by the other process too."""
_BROKEN_BY = (signal.SIGSEGV, signal.SIGBUS)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one file may take.

    Args:
        memory_mb: of memory, in MB of 2**20 bytes.
        step_s: seconds from one page (or few hundred paragraphs) to the next.
        total_s: seconds in all.
    """

    memory_mb: int = 3072
    step_s: float = 60.0
    total_s: float = 1200.0


def read_apart(file: str, content: bytes, progress: Progress = no_progress, bounds: Bounds | None = None) -> Reading:
    """What ``knowledge.readers.read_content`` gives, read by another process within bounds.

    Args:
        file: its name.
        content: all its bytes.
        progress: told about pages or paragraphs read.
        bounds: on memory and time.

    Raises:
        DocumentError: as ``read_content``, or reading it takes more than the bounds.
    """
    bounds = bounds or Bounds()
    command = [sys.executable, "-m", "knowledge.reading_apart", file, str(bounds.memory_mb), str(bounds.total_s)]
    # Of its own session, so that Ctrl-C ends the reading through its parent and says nothing of its own.
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **pipes, cwd=_ROOT, start_new_session=True) as process:
        try:
            return _heard(process, file, content, progress, bounds)
        finally:
            process.kill()


def _heard(process: subprocess.Popen[bytes], file: str, content: bytes, progress: Progress, bounds: Bounds) -> Reading:
    lines: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_talk, args=(process.stdin, process.stdout, content, lines), daemon=True).start()
    until = time.monotonic() + bounds.total_s
    while True:
        try:
            line = lines.get(timeout=max(min(bounds.step_s, until - time.monotonic()), 0.0))
        except queue.Empty:
            raise _beyond(file, bounds) from None
        if not line:
            broken = -process.wait() in _BROKEN_BY
            raise DocumentError(Problem(Flaw.DAMAGED, file)) if broken else _beyond(file, bounds)
        said = json.loads(line)
        if "done" in said:
            progress(said["done"], said["total"])
        elif "flaw" in said:
            raise DocumentError(Problem(Flaw(said["flaw"]), said["file"], said["facts"]))
        else:
            pages = tuple(said["unread_pages"]), tuple(said["recognised_pages"])
            return Reading(said["text"], said["title"], *pages, said["unseen"])


def _talk(into: IO[bytes], out_of: IO[bytes], content: bytes, lines: queue.Queue[bytes]) -> None:
    """Hand the process the file and pass on what it says; an empty line where it has ended."""
    with suppress(OSError):
        into.write(content)
        into.close()
    with suppress(OSError, ValueError):
        for line in out_of:
            lines.put(line)
    lines.put(b"")


def _beyond(file: str, bounds: Bounds) -> DocumentError:
    facts = {"limit_mb": str(bounds.memory_mb), "step_s": f"{bounds.step_s:g}", "total_s": f"{bounds.total_s:g}"}
    return DocumentError(Problem(Flaw.TOO_DEMANDING, file, facts))


def _read_here(file: str, memory_mb: str, total_s: str) -> None:
    """The other process: reads the file on its standard input and says line by line how far it is, then what it read.

    Memory that does not suffice ends it without a word.
    """
    from knowledge.readers import read_content

    content = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_AS, (int(memory_mb) * 2**20,) * 2)
    # Its parent ends it; this is for a parent that was ended itself.
    resource.setrlimit(resource.RLIMIT_CPU, (int(float(total_s)) + 1,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        reading = read_content(file, content, lambda done, total: _say({"done": done, "total": total}))
        said = asdict(reading)
        del said["stated"]
        _say(said)
    except DocumentError as error:
        problem = error.problem
        _say({"flaw": problem.flaw.value, "file": problem.file, "facts": problem.facts})


def _say(said: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _read_here(*sys.argv[1:])
