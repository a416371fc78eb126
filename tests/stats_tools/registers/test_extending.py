"""A register, a column, a heading or a value is a line in a file: nothing of the program changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from stats_tools.database import Database
from stats_tools.definition_files import DefinitionError
from stats_tools.periods import Period
from stats_tools.registers.applying import apply_registers, preview_registers
from stats_tools.registers.definitions import REGISTER_FOLDER, Registers
from stats_tools.registers.operations import answer
from stats_tools.registers.reading import read_registers
from stats_tools.registers.reference import RegisterReference
from stats_tools.registers.store import open_desk
from stats_tools.registers.summaries import summary
from stats_tools.registers.understanding import Readers, RegisterQuestionReader
from stats_tools.targets import Targets
from stats_tools.understanding.entities import EntityReader
from tests.stats_tools.registers.conftest import NOON, OFFICIAL, TODAY

TALENT = """
code: talents
name: 领军人才名册
counted: 人才
unit: 人
titles: [领军人才]
nouns: [领军人才名册, 领军人才]
source: {doc_id: plan-2020-194, quote: 开展战略性新兴产业领军人才引进行动}
key: [name]
label: name
firm: employer
breakdowns: [[cluster], [grade]]
listed: [name, employer, grade]
columns:
  - {code: name, header: 姓名, required: true}
  - {code: cluster, header: 集群名称, kind: cluster, required: true}
  - {code: employer, header: 工作单位, required: true}
  - {code: grade, header: 层次, kind: choice, values: [{name: 国家级, aliases: [国家]}, {name: 省级, aliases: []}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copied = tmp_path / "registers"
    shutil.copytree(REGISTER_FOLDER, copied, ignore=shutil.ignore_patterns("__*"))
    return copied


def known(registers: RegisterReference, folder: Path) -> RegisterReference:
    found = Registers.load(folder, Targets.load())
    return RegisterReference(found, registers.registry, registers.units, registers.layout, registers.reports)


def test_a_register_in_a_new_file_is_imported_and_counted(
    registers: RegisterReference, folder: Path, database: Database, tmp_path: Path
) -> None:
    (folder / "9-talents.yaml").write_text(TALENT, encoding="utf-8")
    extended = known(registers, folder)
    path = tmp_path / "人才.csv"
    path.write_text("姓名,集群名称,工作单位,层次\n张某,烟台生物医药,某公司,国家\n", encoding="utf-8")
    preview = preview_registers(database, read_registers(path, extended, TODAY))
    apply_registers(database, preview, "测试", NOON, confirmed=True)
    desk = open_desk(database, extended.registers, extended.registry, TODAY, OFFICIAL)
    assert summary(desk, "talents", "grade").total.groups["国家级"].rows == 1
    reader = RegisterQuestionReader(extended.registers, EntityReader(extended.registry))
    asked = reader.read("烟台有哪些国家级领军人才", Readers(True, lambda _code: (Period(2021, 4), False)))
    assert asked is not None
    assert (asked.register_code, asked.operation, asked.groups) == ("talents", "list", {"grade": ("国家级",)})
    assert answer(desk, asked, Targets.load()).findings[0].facts["count"] == 1


def test_a_heading_and_a_value_more_are_understood(registers: RegisterReference, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "项目.csv"
    path.write_text("项目名称,集群名称,建设单位,眼下在哪一步\n甲,烟台生物医药,某公司,正在挖地基\n", encoding="utf-8")
    assert read_registers(path, registers, TODAY).issues.blocked
    file = folder / "3-projects.yaml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    stage = next(each for each in content["columns"] if each["code"] == "stage")
    stage["aliases"].append("眼下在哪一步")
    stage["values"][1]["aliases"].append("正在挖地基")
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    reading = read_registers(path, known(registers, folder), TODAY)
    assert reading.pages[0].entries[0].text("stage") == "开工"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("key: [name, cluster]", "key: [name, nowhere]"),
        ("unit: 亿元}", "unit: 亿两}"),
        ("projects-per-cluster", "no-such-target"),
        ("code: obstacles", "code: stage"),
        ("known: true", "known: true, among: [土地]"),
        ("chart: [cluster, stage]", "chart: [cluster, nothing]"),
        ("{name: 谋划", "{nom: 谋划"),
        ("code: projects", "code: needs"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_when_it_is_read(folder: Path, before: str, after: str) -> None:
    file = folder / "3-projects.yaml"
    content = file.read_text(encoding="utf-8")
    assert before in content
    file.write_text(content.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DefinitionError):
        Registers.load(folder, Targets.load())


def test_every_register_rests_on_words_of_the_plan(registers: RegisterReference) -> None:
    from knowledge.catalogue import FolderLibrary

    library = FolderLibrary()
    for definition in registers.registers:
        document = library.document(definition.source.doc_id)
        assert document is not None
        assert definition.source.quote in document.text
