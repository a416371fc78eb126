"""``eval`` and ``bench``: how well and how fast it answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from bot.cli.asking import JsonOption
from bot.cli.failures import CommandError, ExitCode, complain
from bot.cli.ready import ready, ready_assistant
from bot.cli.surroundings import out, settings, today, write_json
from bot.cli.tables import table
from bot.cli.words import say, wording

if TYPE_CHECKING:
    from bot.assistant.engine import Assistant
    from bot.bench.measured import Measured
    from bot.evaluation.report import Part
    from bot.evaluation.scoring import Score

MEASUREMENTS = ("answer", "cold", "index", "cmrc", "digest", "document", "telegram", "delivery", "import", "statistics")
ON_REQUEST = ("document", "telegram", "delivery", "import", "statistics")
"""Measured only where named: these take minutes, or say how fast the machine is, not the program alone."""
BENCH_HEADS = ("name", "value", "limit", "verdict")
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
    assistant = ready_assistant(settings(), MemoryConversations(), rehearsing=True)
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
    return parts(path.stem, run(cases, assistant.answer, today(), str(path)))


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
    names: Annotated[list[str] | None, Argument(metavar="NAME", help=say("help_bench_names"))] = None,
    cmrc: Annotated[Path, Option("--cmrc", metavar="PATH", help=say("help_bench_cmrc"))] = CMRC,
    as_json: JsonOption = False,
) -> int:
    """Measure, compare with the limits, and print; exit code 1 where a limit is missed."""
    usual = [name for name in MEASUREMENTS if name not in ON_REQUEST]
    chosen = names or [name for name in usual if name != "cmrc" or cmrc.is_file()]
    for name in chosen:
        if name not in MEASUREMENTS:
            raise CommandError(say("bench_unknown", name=name, names="、".join(MEASUREMENTS)), ExitCode.USAGE)
    if "cmrc" in chosen and not cmrc.is_file():
        raise CommandError(say("no_such_file", path=cmrc), ExitCode.USAGE)
    from bot.bench.machine import beside_the_machine

    results: list[Measured] = []
    for name in chosen:
        complain(say("bench_progress", name=say(f"bench_{name}")))
        results.extend(beside_the_machine(name, _measure(name, cmrc)))
    if as_json:
        write_json({"passed": all(result.passed for result in results), "results": [r.record() for r in results]})
    else:
        table([say(f"bench_head_{head}") for head in BENCH_HEADS], [_bench_row(r) for r in results], sys.stdout)
    return ExitCode.ANSWERED if all(result.passed for result in results) else ExitCode.ERROR


def _measure(name: str, cmrc: Path) -> Iterator[Measured]:
    from bot.bench.answers import answer_speed
    from bot.bench.cold_start import cold_start
    from bot.bench.finding import index_speed, retrieval_quality
    from bot.state import open_encoder, open_library

    if name == "telegram":
        from bot.bench.telegram import telegram_overhead

        return telegram_overhead(wording())
    if name == "digest":
        from bot.bench.digests import digest_speed

        return digest_speed(wording(), today())
    if name == "delivery":
        from bot.bench.delivery import digest_delivery

        return digest_delivery(wording())
    if name == "import":
        from bot.bench.importing import import_speed

        return import_speed()
    if name == "statistics":
        from bot.bench.statistics import statistics_speed

        return statistics_speed(wording())
    loaded = ready(settings())
    match name:
        case "answer":
            return answer_speed(ready_assistant(loaded, rehearsing=True).answer, open_encoder(loaded).query, today())
        case "cold":
            return cold_start()
        case "index":
            return index_speed(open_library(loaded), open_encoder(loaded))
        case "document":
            from bot.bench.document import document_added

            return document_added(open_encoder(loaded))
    return retrieval_quality(cmrc, open_encoder(loaded), _no_progress)


def _bench_row(result: Measured) -> tuple[str, str, str, str]:
    limit, verdict = "", ""
    if result.limit is not None:
        limit = f"{'≥' if result.at_least else '≤'} {result.limit:g}{result.unit}"
        verdict = say("bench_pass" if result.passed else "bench_fail")
    return result.name, f"{result.value:.3f}{result.unit}", limit, verdict


def _no_progress(done: int, total: int) -> None: ...
