"""``stats``: a report in, seen, corrected, exported and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Policybot

REVENUE = "2021年上半年济南信息技术服务集群营收是多少？"
HEADER = "集群名称,报告期,主营业务收入（亿元）,利润（亿元）\n"


def report(folder: Path, *rows: str, name: str = "季报.csv", header: str = HEADER) -> str:
    path = folder / name
    path.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


def answered(policybot: Policybot) -> tuple[float, bool]:
    figure = policybot("ask", REVENUE, "--json").record["data"][0]
    return figure["value"], figure["sample"]


def test_an_import_replaces_the_sample_and_is_answered_from(policybot: Policybot, tmp_path: Path) -> None:
    assert answered(policybot)[1] is True
    run = policybot("stats", "import", report(tmp_path, "济南信息技术服务,2021Q2,900.5,60"), "--yes")
    assert (run.code, run.err) == (0, "")
    assert "新增 2 个" in run.out
    assert answered(policybot) == (900.5, False)


def test_a_dry_run_writes_nothing_and_a_first_report_without_a_remark_needs_no_yes(
    policybot: Policybot, tmp_path: Path
) -> None:
    path = report(tmp_path, "济南信息技术服务,2021Q2,900.5,60")
    before = answered(policybot)
    assert policybot("stats", "import", path, "--dry-run", "--yes").code == 0
    assert answered(policybot) == before
    assert policybot("stats", "import", path).code == 0
    assert answered(policybot) == (900.5, False)


@pytest.mark.parametrize("row", ["济南信息技术服务,2021Q2,905,60", "济南信息技术服务,2021Q3,800,60"])
def test_without_a_yes_neither_a_correction_nor_an_odd_value_is_written(
    policybot: Policybot, tmp_path: Path, row: str
) -> None:
    policybot("stats", "import", report(tmp_path, "济南信息技术服务,2021Q2,900.5,60"))
    doubtful = report(tmp_path, row, name="再报.csv")
    assert policybot("stats", "import", doubtful).code == 5
    assert policybot("stats", "import", doubtful, "--json").record["applied"] is False
    assert answered(policybot) == (900.5, False)


def test_errors_name_row_column_value_and_remedy_and_nothing_is_written(policybot: Policybot, tmp_path: Path) -> None:
    path = report(
        tmp_path, "济南信息技术服务,2021Q2,900.5,60", "青岛轨道交通,2021Q2,八百左右,50", "德州太阳能,2021Q2,1,1"
    )
    run = policybot("stats", "import", path, "--yes")
    assert (run.code, "八百左右" in run.out, "第3行" in run.out, "德州太阳能" in run.out) == (1, True, True, True)
    record = policybot("stats", "import", path, "--yes", "--json").record
    assert record["errors"]["count"] == 2
    first = record["errors"]["listed"][0]
    assert (first["row"], first["value"]) == (3, "八百左右")
    assert "主营业务收入" in first["column"]
    assert first["message"].endswith("。")
    assert answered(policybot)[1] is True


def test_a_correction_shows_before_and_after_and_can_be_reverted(policybot: Policybot, tmp_path: Path) -> None:
    policybot("stats", "import", report(tmp_path, "济南信息技术服务,2021Q2,900.5,60"), "--yes")
    corrected = report(tmp_path, "济南信息技术服务,2021Q2,905,60", name="更正.csv")
    run = policybot("stats", "import", corrected, "--yes")
    assert run.code == 0
    assert "900.5 → 905" in run.out
    assert answered(policybot)[0] == 905
    imports = policybot("stats", "history", "--json").record["imports"]
    assert [each["file"] for each in imports][:2] == ["更正.csv", "季报.csv"]
    latest = str(imports[0]["import_id"])
    assert policybot("stats", "revert", latest).code == 5
    assert policybot("stats", "revert", latest, "--yes").code == 0
    assert answered(policybot)[0] == 900.5
    assert "已撤销" in policybot("stats", "history").out
    assert policybot("stats", "revert", latest, "--yes").code == 1
    assert policybot("stats", "revert", "999", "--yes").code == 1


def test_an_import_that_was_replaced_later_says_what_to_revert_first(policybot: Policybot, tmp_path: Path) -> None:
    for name, value in (("一.csv", "900"), ("二.csv", "905")):
        policybot("stats", "import", report(tmp_path, f"济南信息技术服务,2021Q2,{value},60", name=name), "--yes")
    latest, earlier = (str(each["import_id"]) for each in policybot("stats", "history", "--json").record["imports"][:2])
    run = policybot("stats", "revert", earlier, "--yes")
    assert run.code == 1
    assert f"#{latest}" in run.err


def test_the_same_file_again_changes_nothing(policybot: Policybot, tmp_path: Path) -> None:
    path = report(tmp_path, "济南信息技术服务,2021Q2,900.5,60")
    policybot("stats", "import", path, "--yes")
    before = policybot("stats", "history", "--json").record
    run = policybot("stats", "import", path, "--yes")
    assert run.code == 0
    assert "没有需要写入的内容" in run.out
    assert policybot("stats", "history", "--json").record == before


def test_reported_values_are_for_officials_until_they_are_published(policybot: Policybot, tmp_path: Path) -> None:
    path = report(tmp_path, "济南信息技术服务,2021Q2,900.5,60")
    assert policybot("stats", "import", path, "--yes", "--status", "reported").code == 0
    official = policybot("ask", REVENUE, "--json", "--as", "official").record
    assert official["data"][0]["value"] == 900.5
    public = policybot("ask", REVENUE, "--json").record
    assert "900.5" not in str(public)
    assert policybot("stats", "import", path, "--status", "secret").code == 2


def test_the_template_filled_in_imports_and_the_export_imports_again(policybot: Policybot, tmp_path: Path) -> None:
    template, export = tmp_path / "模板.xlsx", tmp_path / "导出.csv"
    assert policybot("stats", "template", str(template)).code == 0
    assert template.read_bytes().startswith(b"PK")
    policybot("stats", "import", report(tmp_path, "济南信息技术服务,2021Q2,900.5,60"), "--yes")
    assert policybot("stats", "export", str(export)).code == 0
    again = policybot("stats", "import", str(export), "--json").record
    assert (again["errors"]["count"], again["new"], again["changed"], again["same"]) == (0, 0, 0, 2)
    assert policybot("stats", "export", str(tmp_path / "导出.doc")).code == 2


@pytest.mark.parametrize("period", ["2021Q2", "2021年上半年", "2021年1-6月", "2021-06", "2021年二季度"])
def test_status_says_who_has_reported(policybot: Policybot, period: str) -> None:
    run = policybot("stats", "status", period)
    assert (run.code, run.err) == (0, "")
    assert "已报齐 7 个" in run.out
    assert "示例数据" in run.out
    record = policybot("stats", "status", period, "--json").record
    assert (record["period"], len(record["clusters"])) == ("2021Q2", 7)


def test_status_of_something_else_than_a_period_is_a_wrong_call(policybot: Policybot) -> None:
    run = policybot("stats", "status", "去年夏天")
    assert run.code == 2
    assert "去年夏天" in run.err


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 100,
        b"PK\x03\x04 cut off",
        "集群名称,报告期\n".encode(),
        b"\xd0\xcf\x11\xe0" + b"\x00" * 600,
        b"<html></html>",
    ],
    ids=["empty", "zeros", "truncated", "no values", "old format", "web page"],
)
def test_a_file_that_is_no_report_is_refused_with_the_remedy(
    policybot: Policybot, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "季报.xlsx"
    path.write_bytes(content)
    run = policybot("stats", "import", str(path), "--yes")
    assert run.code == 1
    assert "请" in run.out + run.err
    assert "内部故障" not in run.err
    assert policybot("stats", "history", "--json").record["imports"] != []
