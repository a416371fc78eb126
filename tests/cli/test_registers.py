"""``stats register``: a template out, a register in, shown, counted for a quarter, exported and taken back."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Policybot

HEADER = "项目名称,集群名称,建设单位,项目阶段,总投资（万元）\n"


def register(folder: Path, *rows: str, name: str = "项目.csv") -> str:
    path = folder / name
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


def test_a_register_replaces_its_sample_and_can_be_taken_back(policybot: Policybot, tmp_path: Path) -> None:
    path = register(tmp_path, "甲项目,烟台生物医药,某公司,在建,12500")
    dry = policybot("stats", "register", "import", path, "--period", "2021Q4", "--dry-run")
    assert dry.code == 0
    assert "重大项目储备库 2021Q4：1 个项目，其中新增 1" in dry.out
    assert policybot("stats", "register", "show", "项目库", "--json").record["sample"] is True
    done = policybot("stats", "register", "import", path, "--period", "2021Q4", "--yes", "--json")
    assert done.code == 0
    assert done.record["applied"] is True
    shown = policybot("stats", "register", "show", "projects", "--json").record
    assert shown["sample"] is False
    assert [entry["investment"] for entry in shown["entries"]] == ["1.25"]
    assert policybot("stats", "revert", str(done.record["import_id"]), "--yes").code == 0
    assert policybot("stats", "register", "show", "projects", "--json").record["sample"] is True


def test_a_change_waits_for_a_yes(policybot: Policybot, tmp_path: Path) -> None:
    quarter = ("--period", "2021Q4")
    policybot("stats", "register", "import", register(tmp_path, "甲项目,烟台生物医药,某公司,储备,1"), *quarter)
    changed = register(tmp_path, "甲项目,烟台生物医药,某公司,开工,1", name="再报.csv")
    asked = policybot("stats", "register", "import", changed, *quarter)
    assert asked.code == 5
    assert "甲项目：项目阶段 储备 → 开工" in asked.out
    assert policybot("stats", "register", "import", changed, *quarter, "--yes").code == 0
    again = policybot("stats", "register", "import", changed, *quarter)
    assert (again.code, "没有需要写入的" in again.out) == (0, True)


def test_a_fault_ends_in_an_error_and_names_its_place(policybot: Policybot, tmp_path: Path) -> None:
    run = policybot("stats", "register", "import", register(tmp_path, "甲项目,烟台生物医药,某公司,规划中,1"), "--json")
    assert run.code == 1
    issue = run.record["errors"]["listed"][0]
    assert (issue["code"], issue["cell"], issue["value"]) == ("choice_unknown", "D2", "规划中")


def test_templates_lists_status_and_exports(policybot: Policybot, tmp_path: Path) -> None:
    assert policybot("stats", "register", "template", str(tmp_path / "模板.xlsx")).code == 0
    assert (tmp_path / "模板.xlsx").is_file()
    listed = policybot("stats", "register", "list", "--json").record["registers"]
    assert len(listed) == 8
    assert all(each["sample"] for each in listed)
    status = policybot("stats", "register", "status", "2021年四季度", "--json").record
    assert all(each["filed"] for each in status["registers"])
    later = policybot("stats", "register", "status", "2022Q1")
    assert "0 本已填报，8 本未填报" in later.out
    assert policybot("stats", "register", "export", str(tmp_path / "出.xlsx"), "--register", "平台").code == 0
    assert policybot("stats", "register", "export", str(tmp_path / "出.txt")).code == 2
    unknown = policybot("stats", "register", "show", "花名册")
    assert unknown.code == 2
    assert "重点企业库（enterprises）" in unknown.err
