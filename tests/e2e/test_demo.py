"""The demonstration: the real assistant talking on Telegram."""

from __future__ import annotations

import io
from pathlib import Path

from bot.settings import Settings
from tests.e2e.demo import perform
from tests.e2e.stage import ANN, GROUP


async def test_the_demonstration_is_a_cited_conversation_without_a_broken_request(home: Path, tmp_path: Path) -> None:
    out = io.StringIO()
    stage = await perform(Settings(policybot_home=home), tmp_path, out)
    said = out.getvalue()
    assert "其中不合规范的 0 个" in said
    assert "公司债" in said
    assert "示例数据" in said
    assert "[📄 原文]" in said
    assert len(stage.proxy.sent(chat=ANN)) >= 9
    assert stage.proxy.sent(chat=GROUP)
    assert len(stage.proxy.sent("sendPhoto", ANN)) == 1
