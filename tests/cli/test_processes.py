"""What only whole processes can show: several at once, a reader that has gone, an interrupt, bytes that are no text."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from bot.cli.ready import LOCK_FILE
from knowledge.catalogue import FolderLibrary

Start = Callable[..., "subprocess.Popen[bytes]"]
QUESTION = "2021年上半年济南信息技术服务集群营收是多少？"
ROOT = Path(__file__).parents[2]
REPORT = "集群名称,报告期,主营业务收入（亿元）\n济南信息技术服务,2021Q2,{value}\n"


def finish(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=300)
    return process.returncode, out.decode(), err.decode()


def test_two_processes_may_initialise_ask_and_import_at_once(process: Start, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    report = tmp_path / "report.csv"
    report.write_text(REPORT.format(value="900.5"), encoding="utf-8")
    running = [
        process("init", home=fresh),
        process("init", home=fresh),
        process("ask", QUESTION, "--json", home=fresh),
        process("stats", "import", str(report), "--yes", "--json", home=fresh),
    ]
    ended = [finish(one) for one in running]
    assert [code for code, _, _ in ended] == [0, 0, 0, 0], ended
    assert json.loads(ended[3][1])["applied"] is True
    code, out, _ = finish(process("ask", QUESTION, "--json", home=fresh))
    assert (code, json.loads(out)["data"][0]["value"]) == (0, 900.5)
    assert finish(process("doctor", home=fresh))[0] == 0


def test_questions_are_answered_from_the_index_before_while_another_process_adds_documents(
    process: Start, home: Path
) -> None:
    metadata = {"title": "通知", "issuer": "厅", "region": "省"}
    with FileLock(home / LOCK_FILE):
        FolderLibrary(added=home / "documents").add("通知.txt", "通知\n一、时间。三月底前报送。\n", metadata)
        code, out, err = finish(process("ask", "骨干企业可以用哪些直接债务融资工具？"))
    assert (code, err) == (0, "")
    assert "公司债" in out


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_adding_that_is_cut_short_leaves_the_library_and_its_answers_as_they_were(
    process: Start, home: Path, tmp_path: Path, end: signal.Signals
) -> None:
    long = tmp_path / f"长文件{end.name}.txt"
    articles = (f"第{number}条 {number}号事项由省级主管部门{end.value}处负责办理。" for number in range(1, 6000))
    long.write_text("\n".join(articles), encoding="utf-8")
    known = _embedded(home)
    adding = process("knowledge", "add", str(long))
    while _embedded(home) == known:
        assert adding.poll() is None, adding.communicate()
        time.sleep(0.05)
    adding.send_signal(end)
    code, out, err = finish(adding)
    assert (out, "Traceback" in err) == ("", False)
    if end is signal.SIGINT:
        assert (code, "已中断" in err) == (130, True)
    assert long.stem not in finish(process("knowledge", "list"))[1]
    code, out, err = finish(process("ask", "骨干企业可以用哪些直接债务融资工具？"))
    assert (code, err) == (0, "")
    assert "公司债" in out
    assert finish(process("knowledge", "check"))[0] == 0


def _embedded(home: Path) -> int:
    """How many passages have been embedded, whatever they are of."""
    with closing(sqlite3.connect(home / "index" / "vectors.sqlite")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM vectors").fetchone()
    return int(count)


def test_two_imports_at_once_leave_one_value_and_one_history(process: Start, home: Path, tmp_path: Path) -> None:
    paths = [tmp_path / f"{value}.csv" for value in (901, 902)]
    for path in paths:
        path.write_text(REPORT.format(value=path.stem), encoding="utf-8")
    ended = [finish(one) for one in [process("stats", "import", str(path), "--yes") for path in paths]]
    assert {code for code, _, _ in ended} <= {0, 1}
    assert 0 in {code for code, _, _ in ended}
    _, out, _ = finish(process("ask", QUESTION, "--json"))
    assert json.loads(out)["data"][0]["value"] in (901, 902)


def test_a_reader_that_has_gone_is_no_failure_to_report(process: Start) -> None:
    running = process("knowledge", "show", "plan-2020-194")
    assert running.stdout is not None
    running.stdout.close()
    running.stdout = None
    _, err = running.communicate(timeout=300)
    assert err == b""


def test_an_interrupt_ends_a_batch_cleanly_and_keeps_what_was_answered(process: Start, tmp_path: Path) -> None:
    questions, answers = tmp_path / "q.fifo", tmp_path / "a.jsonl"
    questions.write_bytes(b"".join(json.dumps({"id": n, "q": QUESTION}).encode() + b"\n" for n in range(50_000)))
    running = process("batch", str(questions), str(answers))
    assert running.stderr is not None
    assert "100" in running.stderr.readline().decode()
    running.send_signal(signal.SIGINT)
    code, out, err = finish(running)
    assert (code, out) == (130, "")
    assert "已中断" in err
    assert "Traceback" not in err
    lines = answers.read_text(encoding="utf-8").splitlines()
    assert len(lines) >= 100
    assert all(json.loads(line)["status"] == "answered" for line in lines)


def test_bytes_that_are_no_text_are_a_question_like_any_other(process: Start) -> None:
    code, out, err = finish(process("ask", "--json", "--", os.fsencode("济南") + b"\xff\xfe\x80"))
    assert code in (0, 3, 5)
    assert "Traceback" not in err
    json.loads(out)


def test_a_terminal_without_chinese_is_no_reason_to_fail(home: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "ascii",
        "POLICYBOT_HOME": str(home),
    }
    command = [sys.executable, "-m", "bot", "ask", "骨干企业可以用哪些直接债务融资工具？"]
    plain = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert plain.returncode == 0
    record = json.loads(subprocess.run([*command, "--json"], env=environment, capture_output=True, check=True).stdout)
    assert "公司债" in record["answer"]


def loaded_by(home: Path, *arguments: str) -> set[str]:
    """Top-level names of everything a command has imported."""
    program = (
        f"import sys; sys.argv = ['policybot', *{arguments!r}]; from bot.cli import main; main();"
        "print('modules', *{name.partition('.')[0] for name in sys.modules})"
    )
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "POLICYBOT_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True, text=True)
    return set(done.stdout.splitlines()[-1].split()[1:])


NEVER_FOR_A_QUESTION = {
    "pandas", "matplotlib", "torch", "sentence_transformers", "openpyxl", "langchain", "langchain_openai", "alembic",
    "telegram",
}  # fmt: skip


def test_help_loads_nothing_heavy(home: Path) -> None:
    modules = loaded_by(home, "--help")
    assert "typer" in modules
    assert not modules & (NEVER_FOR_A_QUESTION | {"sqlalchemy", "chromadb", "numpy", "retrieval"})


def test_a_question_loads_only_what_it_uses(home: Path) -> None:
    modules = loaded_by(home, "ask", QUESTION)
    assert "sqlalchemy" in modules
    assert not modules & NEVER_FOR_A_QUESTION
