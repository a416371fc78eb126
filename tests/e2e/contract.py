"""Is a request what the Bot API accepts?  Checked against ``bot_api_schema.json``, which nobody here wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from tests.channels import telegram_html

_API = json.loads(Path(__file__).with_name("bot_api_schema.json").read_text(encoding="utf-8"))
_NUMBER = re.compile(r"-?\d+")
Fields = Mapping[str, str]


def decoded(method: str, fields: Fields) -> dict[str, Any]:
    """Form fields as the types the method wants; what cannot be one stays text and is found by the check."""
    schemas = _API["methods"].get(method, {}).get("properties", {})
    return {name: _decode(value, schemas.get(name, {})) for name, value in fields.items()}


def violations(method: str, fields: Fields, files: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong with a request; empty where nothing is."""
    if method not in _API["methods"]:
        return [f"{method}: not among the methods this bot may use"]
    document = decoded(method, fields)
    attached = set(re.findall(r"attach://([\w-]+)", json.dumps(document)))
    found = [f"{name}: uploaded part is missing" for name in attached - files]
    for name in files - attached:
        if name in _API["methods"][method].get("properties", {}):
            document[name] = f"attach://{name}"
        else:
            found.append(f"{name}: uploaded part nobody refers to")
    found += [
        f"{'/'.join(map(str, error.path))}: {error.message[:200]}" for error in _validator(method).iter_errors(document)
    ]
    found += _over_limits(document, _API["methods"][method], document.get("parse_mode"), method)
    if document.get("parse_mode") == "HTML":
        for name in ("text", "caption"):
            found += [f"{name}: {problem}" for problem in telegram_html.problems(str(document.get(name, "")))]
    return found


@cache
def _validator(method: str) -> Draft7Validator:
    return Draft7Validator({**_API["methods"][method], "definitions": _API["definitions"]})


def _branches(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "$ref" in schema:
        yield from _branches(_API["definitions"][schema["$ref"].rsplit("/", 1)[1]])
    for branch in schema.get("anyOf", ()):
        yield from _branches(branch)
    if "type" in schema:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        yield from ({**schema, "type": kind} for kind in kinds)


def _decode(value: str, schema: Mapping[str, Any]) -> Any:
    kinds = {branch["type"] for branch in _branches(schema)}
    if kinds & {"object", "array"} and value[:1] in ("{", "["):
        return json.loads(value)
    if "boolean" in kinds and value in ("true", "false"):
        return value == "true"
    return int(value) if kinds & {"number", "integer"} and _NUMBER.fullmatch(value) else value


def _over_limits(value: Any, schema: Mapping[str, Any], mode: str | None, path: str) -> Iterator[str]:
    if isinstance(value, str) and "limit" in schema:
        least, most, unit, parsed = schema["limit"]
        text = telegram_html.seen(value) if parsed and mode == "HTML" else value
        size = len(text.encode()) if unit == "bytes" else telegram_html.units(text)
        if not least <= size <= most:
            yield f"{path}: {size} {unit}, allowed {least} to {most}"
    for branch in _branches(schema):
        if isinstance(value, dict) and value.keys() <= branch.get("properties", {}).keys():
            for name, inner in value.items():
                yield from _over_limits(inner, branch["properties"][name], mode, f"{path}.{name}")
            return
        if isinstance(value, list) and branch["type"] == "array":
            for position, inner in enumerate(value):
                yield from _over_limits(inner, branch.get("items", {}), mode, f"{path}[{position}]")
            return
