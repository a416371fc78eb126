"""How many things a question asks for, and how many a sentence lists."""

from __future__ import annotations

import re

from stats_tools.understanding.bounds import numeral

_ASKED = re.compile(
    r"(?:哪|这|那|上述|前面)?([二两三四五六七八九十])(?:大|个|种|条|项|类|块|批|样|方面|面|点|步|级|档|件|则|句)"
    r"|\b(two|three|four|five|six|seven|eight)\b"
)
_ENGLISH = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_ITEM = r"[^,，、。;；:：]{1,24}"
_LIST = re.compile(rf"{_ITEM}(?:、{_ITEM})+")
_QUOTED_RUN = re.compile("“[^”]{1,24}”")
_BATCHES = re.compile("[一-鿿]{1,4}一批")
_SAID = re.compile(r"(\d{1,2}|[二两三四五六七八九十])(?:个|种|条|项|类|大|家)(?:方面|领域|环节|原则|集群)?")


def asked_count(question: str) -> int | None:
    """How many things a folded question says there are (哪三块, 四个一批); None where it names no number."""
    found = _ASKED.search(question)
    if found is None:
        return None
    return int(numeral(found[1]) or 0) or None if found[1] else _ENGLISH[found[2]]


def listed(sentence: str) -> int:
    """How many things a folded sentence lists in all, or the largest number of things it states."""
    stated = (int(numeral(said[1]) or 0) for said in _SAID.finditer(sentence))
    return max(sum(run[0].count("、") + 1 for run in _LIST.finditer(sentence)), *stated, 0)


def enumerated(sentence: str) -> frozenset[int]:
    """The lengths of the lists in a folded sentence, with the counts it states itself."""
    counts = {run[0].count("、") + 1 for run in _LIST.finditer(sentence)}
    counts |= {len(pattern.findall(sentence)) for pattern in (_QUOTED_RUN, _BATCHES)}
    counts |= {int(numeral(said[1]) or 0) for said in _SAID.finditer(sentence)}
    return frozenset(counts - {0, 1})
