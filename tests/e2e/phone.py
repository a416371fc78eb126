"""Shows chats as a phone would, for people to look at: ``python -m tests.e2e.phone FOLDER`` writes one PNG an answer.

The page only imitates a phone's width, bubbles and buttons; nothing of it is part of the product.  It needs headless
Chromium on the path, and Chinese fonts.
"""

from __future__ import annotations

import asyncio
import html
import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from bot.bootstrap import build_assistant, open_subscribing
from bot.cli.surroundings import today
from bot.settings import Settings
from bot.state import open_database_of, prepare
from tests.e2e.demo import play
from tests.e2e.proxy import Entry
from tests.e2e.stage import bot_api_server, performing, staged

CHATS = Path(__file__).with_name("phone.yaml")
WIDTH, LONGEST = 390, 1400
"""Size of the picture in CSS pixels; a longer answer is cut off at the bottom, as on a phone before scrolling."""
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 10px; width: {width}px; box-sizing: border-box; background: #d5e4ee;
  font: 16px/1.35 "Noto Sans CJK SC", "Noto Color Emoji", sans-serif }}
.me, .bot {{ border-radius: 14px; padding: 7px 11px; margin: 6px 0; white-space: pre-wrap; overflow-wrap: anywhere }}
.me {{ background: #e3fecb; margin-left: 56px }}
.bot {{ background: #fff; margin-right: 28px }}
blockquote {{ margin: 4px 0; padding: 4px 8px; border-left: 3px solid #3a8ee6; background: #edf4fc; border-radius: 5px;
  font-size: 14px }}
pre {{ margin: 4px 0; padding: 6px 8px; background: #f0f0f0; border-radius: 5px; font: 13px/1.4 "Noto Sans Mono CJK SC",
  monospace; white-space: pre-wrap }}
.row {{ display: flex; gap: 4px; margin: 0 28px 4px 0 }}
.row span {{ flex: 1; background: #8fb3cc; color: #fff; border-radius: 8px; padding: 7px 4px; text-align: center;
  font-size: 14px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }}
</style>{bubbles}"""


def bubbles(said: str, replies: list[Entry]) -> str:
    """What a person wrote and what came back, as HTML."""
    parts = [f'<div class="me">{html.escape(said)}</div>']
    for entry in replies:
        # Telegram shows no empty line beside a quotation.
        text = re.sub(r"\n*(</?(?:blockquote|pre)[^>]*>)\n*", r"\1", entry.text)
        parts.append(f'<div class="bot">{text}</div>')
        for row in entry.keyboard:
            parts.append(f'<div class="row">{"".join(f"<span>{html.escape(label)}</span>" for label in row)}</div>')
    return "".join(parts)


def photograph(page: str, target: Path, chromium: str) -> None:
    """Write a page as a PNG; the empty rest below it is cut off."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.html"
        source.write_text(page, encoding="utf-8")
        command = [chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command += [f"--user-data-dir={folder}/profile", f"--window-size={WIDTH},{LONGEST}", f"--screenshot={target}"]
        subprocess.run([*command, source.as_uri()], check=True, capture_output=True, timeout=60)
    _crop(target)


def _crop(target: Path) -> None:
    from PIL import Image, ImageChops

    picture = Image.open(target).convert("RGB")
    background = Image.new("RGB", picture.size, picture.getpixel((0, picture.height - 1)))
    box = ImageChops.difference(picture, background).getbbox()
    bottom = min(picture.height, (box[3] if box else 0) + 10)
    picture.crop((0, 0, picture.width, bottom)).quantize(128).save(target, optimize=True)


async def main(target: Path, chromium: str) -> None:
    """Play every chat with the real assistant and photograph its last answer."""
    chats: dict[str, list[dict[str, Any]]] = yaml.safe_load(CHATS.read_text(encoding="utf-8"))
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(policybot_home=Path(folder) / "home")
        prepare(settings, sample=True)
        database = open_database_of(settings)
        with bot_api_server(Path(folder)) as server:
            async with (
                staged(server) as stage,
                performing(
                    stage,
                    build_assistant(settings, in_chat=True),
                    database,
                    today(),
                    open_subscribing(settings, database, in_chat=True),
                    admins=frozenset({99}),
                ),
            ):
                for name, steps in chats.items():
                    await play(steps[:-1], stage, io.StringIO())
                    replies = await play(steps[-1:], stage, io.StringIO())
                    said = steps[-1].get("says") or f"[{steps[-1]['press']}]"
                    page = PAGE.format(width=WIDTH, bubbles=bubbles(said, replies))
                    await asyncio.to_thread(photograph, page, target / f"{name}.png", chromium)
        database.close()


if __name__ == "__main__":
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None or len(sys.argv) != 2:
        sys.exit("usage: python -m tests.e2e.phone FOLDER, with chromium installed")
    asyncio.run(main(Path(sys.argv[1]), browser))
