"""Writes ``bot_api_schema.json``: what the Bot API accepts in the methods this bot uses, with its limits.

Source: the npm package ``@gramio/types`` 10.3.1 (MIT, Copyright (c) 2024 Kravets), made by its authors from Telegram's
published description of the Bot API 10.3.  To make the file anew, with Node.js at hand, in an empty folder:

    npm install @gramio/types@10.3.1 ts-json-schema-generator@2.4.0
    echo 'export * from "./node_modules/@gramio/types/out/params";' > entry.ts
    echo '{"compilerOptions": {"strict": true, "skipLibCheck": true}, "files": ["entry.ts"]}' > tsconfig.json
    npx ts-json-schema-generator -p entry.ts -f tsconfig.json --type '*' -e export --no-type-check -o whole.json
    python make_bot_api_schema.py whole.json
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

METHODS = (
    "answerInlineQuery",
    "answerCallbackQuery",
    "deleteMessage",
    "deleteWebhook",
    "editMessageText",
    "getChatMember",
    "getFile",
    "getMe",
    "getUpdates",
    "sendChatAction",
    "sendDocument",
    "sendMessage",
    "sendMessageDraft",
    "sendPhoto",
    "setMyCommands",
    "setWebhook",
)
TARGET = Path(__file__).with_name("bot_api_schema.json")
NOTICE = "Made by make_bot_api_schema.py from @gramio/types 10.3.1; see bot_api_schema.LICENSE"
_LIMIT = re.compile(r"(\d+)-(\d+) (characters|bytes)")
_KEPT = {"type", "enum", "const", "items", "anyOf", "required", "properties", "additionalProperties", "$ref"}


def compact(schema: Any) -> Any:
    """A schema without prose; a limit that the prose names becomes ``limit: [least, most, unit, after parsing]``."""
    if isinstance(schema, list):
        return [compact(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: compact(value) for key, value in schema.items() if key in _KEPT and key != "properties"}
    if "properties" in schema:
        kept["properties"] = {name: compact(value) for name, value in schema["properties"].items()}
    limit = _LIMIT.search(str(schema.get("description", "")))
    if limit:
        parsed = "after entities parsing" in schema["description"]
        kept["limit"] = [int(limit[1]), int(limit[2]), limit[3], parsed]
    return kept


def referred(schema: Any) -> set[str]:
    """Names of the definitions a schema refers to."""
    return set(re.findall(r'"#/definitions/([^"]+)"', json.dumps(schema)))


def main(whole: Path) -> None:
    """Write the file."""
    definitions = json.loads(whole.read_text(encoding="utf-8"))["definitions"]
    methods = {}
    for method in METHODS:
        parameters = f"{method[0].upper()}{method[1:]}Params"
        methods[method] = compact(definitions.get(parameters, {"type": "object", "additionalProperties": False}))
    needed: dict[str, Any] = {}
    open_names = referred(methods)
    while open_names:
        name = open_names.pop()
        needed[name] = compact(definitions[name])
        open_names |= referred(needed[name]) - needed.keys()
    made = {"notice": NOTICE, "methods": methods, "definitions": dict(sorted(needed.items()))}
    TARGET.write_text(json.dumps(made, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
