"""An answer as the JSON of the public contract: every key always there, dates in ISO form, numbers as numbers."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bot.assistant.explaining import Explanation, Part
from bot.assistant.rendering import plain_text
from bot.assistant.types import Answer, Citation
from stats_tools.operations.explaining import MetricExplanation
from stats_tools.types import Figure

DECIMALS = 8
"""Most decimals of a number in ``data``: as many as an observation is stored with."""


def answer_json(answer: Answer, identity: object = "") -> dict[str, Any]:
    """The contract's object for an answer.

    Args:
        answer: as the assistant gave it.
        identity: the caller's ``id``, handed back as it came.
    """
    return {
        "id": identity,
        "question": answer.question,
        "status": answer.status.value,
        "answer": plain_text(answer.blocks),
        "citations": [_citation(citation) for citation in answer.citations],
        "data": [_figure(figure) for figure in answer.figures],
        "tool_calls": [
            {"name": result.call.name, "arguments": dict(result.call.arguments), "ok": result.ok}
            for result in answer.tool_calls
        ],
        "attachments": [{"kind": attachment.kind, "path": str(attachment.path)} for attachment in answer.attachments],
        "suggestions": list(answer.suggestions),
        "options": list(answer.options),
        "engine": answer.engine,
        "elapsed_ms": round(answer.elapsed_ms, 3),
    }


def explanation_json(answer: Answer) -> dict[str, Any]:
    """How an answer came about, from the answer that explains it.

    ``observations`` are the stored values read, shaped like ``data``; the statements are what the database was asked,
    every parameter in full.
    """
    parts = [part for result in answer.tool_calls if (explained := result.outcome.value) for part in _parts(explained)]
    return {
        "status": answer.status.value,
        "answer": plain_text(answer.blocks),
        "queries": [
            {
                "name": part.call.name,
                "arguments": dict(part.call.arguments),
                "observations": [{**_figure(figure), **_version(figure)} for figure in part.figures],
                "statements": [
                    {"sql": each.sql, "parameters": dict(each.parameters)}
                    for each in (part.value.statements if isinstance(part.value, MetricExplanation) else ())
                ],
            }
            for part in parts
        ],
    }


def _parts(value: object) -> tuple[Part, ...]:
    return value.parts if isinstance(value, Explanation) else ()


def _version(figure: Figure) -> dict[str, Any]:
    kept = figure.provenance
    return {} if kept is None else {"record_status": kept.status, "revision": kept.revision, "import": kept.import_id}


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "n": citation.n,
        "doc_id": citation.doc_id,
        "title": citation.title,
        "doc_number": citation.doc_number,
        "section": list(citation.section),
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "effective": _iso(citation.effective),
        "expires": _iso(citation.expires),
        "in_force": citation.in_force,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "indicator": figure.indicator,
        "cluster": figure.cluster_name,
        "period": str(figure.period),
        "basis": figure.basis.value,
        "value": json_number(figure.value),
        "unit": figure.unit,
        "source": figure.source,
        "sample": figure.sample,
    }


def json_number(value: Decimal) -> float:
    """The value as a JSON number with at most ``DECIMALS`` decimals."""
    return float(value.quantize(Decimal(1).scaleb(-DECIMALS), ROUND_HALF_UP))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
