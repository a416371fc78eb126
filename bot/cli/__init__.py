"""The command line: ``policybot``."""

from __future__ import annotations

import os
import sys

from prompts import WordingError


def main() -> int:
    """Run the command in ``sys.argv`` and return its exit code; no stack trace ever reaches the person."""
    try:
        from bot.cli.failures import report
        from bot.cli.surroundings import steady_streams

        steady_streams()
        try:
            code = _run()
        except Exception as error:
            code = report(error)
        sys.stdout.flush()
    except WordingError as error:
        # The files that hold every message are themselves broken; its own text is all there is to say.
        sys.stderr.write(f"policybot: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; the interpreter must not try to flush it once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _run() -> int:
    import typer

    from bot.cli.app import build
    from bot.cli.failures import ExitCode, complain
    from bot.cli.words import say

    code = typer.main.get_command(build()).main(prog_name="policybot", standalone_mode=False)
    if code == ExitCode.INTERRUPTED:
        complain(say("interrupted"))
    return int(code or 0)
