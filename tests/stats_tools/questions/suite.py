"""The whole generated suite, counted by kind and written down: ``make eval-stats``.

python -m tests.stats_tools.questions.suite docs/measurements/statistics.md
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.assistant.types import Status
from tests.stats_tools.questions.asking import Desk, Reply, faults, filed, opened
from tests.stats_tools.questions.figures import Province, rows
from tests.stats_tools.questions.generator import generated
from tests.stats_tools.questions.oracle import expected

EACH = 32
"""Questions a kind, where its templates give as many."""
PARAPHRASES = Path(__file__).with_name("paraphrases.jsonl")
VERDICTS = ("exact", "refused", "wrong")
HEAD = """# Figures in answer to questions: what was measured

Written by `make eval-stats`, which is

    python -m tests.stats_tools.questions.suite docs/measurements/statistics.md

Questions are generated from templates, names, aliases, typing errors and ways to write a period, over an invented
province. What the answer has to be is computed apart from the product, with plain fractions over the rows. *Exact*:
status, every figure (cluster, period, value) and the words asked for. *Refused*: no figure was told though one was
wanted, or the question was asked back. *Wrong*: a figure, a status or a word differs; worse than refused.
"""


def verdict(reply: Reply, found: list[str]) -> str:
    """How a reply counts."""
    if not found:
        return "exact"
    return "wrong" if reply.figures or reply.status is Status.ANSWERED else "refused"


def asked(desk: Desk, province: Province, lines: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """Kind, verdict and question of each line."""
    for line in lines:
        for index, before in enumerate(line.get("before", ())):
            desk.ask(before, follow=index > 0)
        reply = desk.ask(line["q"], follow="before" in line)
        yield line.get("kind", ""), verdict(reply, faults(reply, expected(province, line["want"]))), line["q"]


def table(counted: Mapping[str, Counter[str]]) -> list[str]:
    """One row a kind, the sum last."""
    total: Counter[str] = sum(counted.values(), Counter())
    named = [*sorted(counted.items()), ("**all**", total)]
    head = ["| kind | questions | exact | refused | wrong |", "|---|---|---|---|---|"]
    return head + [
        f"| {kind} | {sum(count.values())} | {' | '.join(str(count[name]) for name in VERDICTS)} |"
        for kind, count in named
    ]


def report(desk: Desk, province: Province) -> tuple[str, bool]:
    """The page, and whether nothing is wrong."""
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    missed = []
    for kind, how, question in asked(desk, province, generated(EACH)):
        counted[kind][how] += 1
        missed += [f"- {how}: {question}"] if how != "exact" else []
    lines = [json.loads(line) for line in PARAPHRASES.read_text("utf-8").splitlines()]
    others = Counter(how for _, how, _ in asked(desk, province, lines))
    text = [
        HEAD,
        *table(counted),
        "",
        "## Paraphrases",
        "",
        "Written before the reader was tuned; 80 of 87 were exact then.",
        "",
    ]
    text += table({"paraphrases": others})[:3]
    text += ["", "## Not exact", "", *missed] if missed else ["", "None of the generated questions was missed."]
    return "\n".join([*text, ""]), not any(count["wrong"] for count in (*counted.values(), others))


def main() -> None:
    """Ask everything, write the page, fail where a figure is wrong."""
    province = Province(rows())
    database = opened()
    filed(database, province.held)
    with tempfile.TemporaryDirectory() as folder:
        text, is_right = report(Desk(database, Path(folder)), province)
    database.close()
    sys.stdout.write(text)
    for path in map(Path, sys.argv[1:]):
        path.write_text(text, encoding="utf-8")
    sys.exit(not is_right)


if __name__ == "__main__":
    main()
