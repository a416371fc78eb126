"""Measures citations on labelled answers: ``python -m eval.citations LABELS [PAGE]``; ``--draft`` adds new sentences.

Every question of the set is asked again, over the shipped plan and the papers in ``eval/papers``. Each sentence of its
answer is looked up by a hash of its words and of the quotes its marks stand for; a sentence that is not in the labels
any more, or whose quotes changed, counts as unlabelled, which is wrong on both counts. ``CITATIONS.md`` says what the
labels mean.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.assistant.policy.standing_words import spoken
from bot.assistant.types import Answer, Citation, Paragraph, Question
from bot.bootstrap import build_assistant
from bot.settings import Settings
from bot.state import prepare
from knowledge.catalogue import FolderLibrary
from knowledge.readers import read
from knowledge.sniffing import sniff

PAPERS = Path(__file__).with_name("papers")
READ_ON = date(2026, 11, 24)
"""The day the answers were read; some name the day they are given on."""
LEAST_PRECISION, LEAST_RECALL = 0.98, 0.95

_MARK = re.compile(r"\[(\d+)\]")
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?(?:[”」）]?)")
_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")


class Label(BaseModel):
    """A sentence of an answer as judged by a reader.

    Args:
        key: hash of the sentence and its quotes.
        sentence: its words, marks included.
        quotes: what its marks stand for.
        fact: whether it states something of a document or the world; None until judged.
        supported: whether its quotes bear out all it states; None until judged.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    sentence: str
    quotes: tuple[str, ...] = ()
    fact: bool | None = None
    supported: bool | None = None


class LabelledAnswer(BaseModel):
    """A question with the labelled sentences of its answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    q: str
    sentences: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """Sentences counted.

    Args:
        facts: factual ones.
        cited: factual ones with a mark, or about the standing of a document cited beside them with the same dates.
        supported: cited ones that their quotes, or the record of that document, bear out.
        unlabelled: sentences nobody has judged as they stand now.
        answers: answers they belong to.
    """

    facts: int = 0
    cited: int = 0
    supported: int = 0
    unlabelled: int = 0
    answers: int = 0

    @property
    def precision(self) -> float:
        """Supported among cited sentences; unlabelled ones count as cited and not supported."""
        return self.supported / max(self.cited + self.unlabelled, 1)

    @property
    def recall(self) -> float:
        """Cited among factual sentences; unlabelled ones count as factual and not cited."""
        return self.cited / max(self.facts + self.unlabelled, 1)


def sentences(answer: Answer) -> Iterator[Label]:
    """The sentences of the running text of an answer with the quotes behind their marks, unjudged."""
    quotes = {citation.n: citation.quote for citation in answer.citations}
    for block in answer.blocks:
        if not isinstance(block, Paragraph):
            continue
        for found in _SENTENCE.finditer(block.text):
            text = found[0].strip()
            behind = tuple(quotes.get(int(mark), "") for mark in _MARK.findall(text))
            if text:
                yield Label(key=_key(text, behind), sentence=text, quotes=behind)


def _key(text: str, quotes: Sequence[str]) -> str:
    return hashlib.sha256("\n".join((text, *quotes)).encode()).hexdigest()[:16]


def tells_standing(sentence: str, citations: Iterable[Citation]) -> bool:
    """Whether a sentence names a cited document by number or title, and every day in it is one on its record."""
    days = set(_DAY.findall(sentence))
    for citation in citations:
        named = (citation.doc_number and citation.doc_number in sentence) or f"《{citation.title}》" in sentence
        if named and days <= {spoken(day) for day in (citation.effective, citation.expires)}:
            return True
    return False


def count(rows: Iterable[LabelledAnswer], ask: Callable[[str], Answer]) -> tuple[Counts, list[str]]:
    """The counts over answers as they are now, and the sentences that are wrong or unlabelled."""
    facts = cited = supported = unlabelled = answers = 0
    wrong: list[str] = []
    for row in rows:
        answer, labels = ask(row.q), {label.key: label for label in row.sentences}
        answers += 1
        for said in sentences(answer):
            label = labels.get(said.key)
            if label is None or label.fact is None or (label.fact and label.supported is None):
                unlabelled += 1
                wrong.append(f"{row.id} unlabelled: {said.sentence}")
            elif label.fact:
                marked = bool(said.quotes) or tells_standing(said.sentence, answer.citations)
                facts, cited, supported = facts + 1, cited + marked, supported + (marked and label.supported is True)
                if not marked or not label.supported:
                    wrong.append(f"{row.id} {'not supported' if marked else 'not cited'}: {said.sentence}")
    return Counts(facts, cited, supported, unlabelled, answers), wrong


def drafted(row: LabelledAnswer, answer: Answer) -> LabelledAnswer:
    """The row with the sentences of the answer as it is now, known labels kept and new sentences unjudged."""
    known = {label.key: label for label in row.sentences}
    return row.model_copy(update={"sentences": tuple(known.get(said.key, said) for said in sentences(answer))})


def asker(home: Path) -> Callable[[str], Answer]:
    """Asks the offline assistant in a fresh home folder that holds the papers as ``knowledge add`` would store them."""
    settings = Settings(policybot_home=home)
    library = FolderLibrary(added=settings.home / "documents")
    for path in sorted(PAPERS.iterdir()):
        if path.suffix in (".txt", ".html"):
            reading = read(path)
            library.add(path.name, reading.text, {"title": reading.title, **sniff(reading.text).found})
    prepare(settings)
    assistant = build_assistant(settings)
    return lambda question: assistant.answer(Question(question, READ_ON))


def read_rows(path: Path) -> list[LabelledAnswer]:
    """The labelled answers of a file, one JSON object a line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [LabelledAnswer.model_validate_json(line) for line in lines if line.strip()]


def main(arguments: Sequence[str]) -> int:
    """Measure, print and publish; exit code 1 where a limit is missed or a sentence is unlabelled, 2 for the usage."""
    draft, paths = "--draft" in arguments, [Path(argument) for argument in arguments if argument != "--draft"]
    if not 1 <= len(paths) <= 2:
        sys.stderr.write((__doc__ or "") + "\n")
        return 2
    rows = read_rows(paths[0])
    with tempfile.TemporaryDirectory() as folder:
        ask = asker(Path(folder))
        if draft:
            lines = (json.dumps(drafted(r, ask(r.q)).model_dump(exclude_none=True), ensure_ascii=False) for r in rows)
            paths[0].write_text("\n".join(lines) + "\n", encoding="utf-8")
            return 0
        counts, wrong = count(rows, ask)
    page = _page(paths[0], counts, wrong)
    sys.stdout.write(page)
    if len(paths) > 1:
        paths[1].write_text(page, encoding="utf-8")
    reached = counts.precision >= LEAST_PRECISION and counts.recall >= LEAST_RECALL
    return 0 if reached and not counts.unlabelled else 1


def _page(labels: Path, counts: Counts, wrong: Sequence[str]) -> str:
    rows = (
        ("answers", f"{counts.answers}"),
        ("factual sentences", f"{counts.facts}"),
        ("cited", f"{counts.cited}"),
        ("cited and supported", f"{counts.supported}"),
        ("unlabelled", f"{counts.unlabelled}"),
        (f"precision (at least {LEAST_PRECISION})", f"{counts.precision:.3f}"),
        (f"recall (at least {LEAST_RECALL})", f"{counts.recall:.3f}"),
    )
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    listed = "\n".join(f"- {line}" for line in wrong) or "None."
    return _HEAD.format(labels=labels.name) + f"| | |\n|---|---|\n{table}\n\n## What is wrong\n{listed}\n"


_HEAD = """# Citations: does every factual sentence have a quote that bears it out?

Written by `python -m eval.citations eval/{labels} docs/measurements/citations.md`; the labelling guide is
`eval/CITATIONS.md`. Precision: of the factual sentences with a mark, the share whose quotes support all they state.
Recall: of all factual sentences, the share with a mark. A sentence that changed since it was read counts against both.

"""

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
