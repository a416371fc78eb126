from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.import_wording import issue_line
from prompts.wording import Wording
from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.database import Database, open_database
from stats_tools.importing.applying import ImportPreview, ImportRefusedError, apply_import, preview_import
from stats_tools.importing.issues import IssueCode, Severity
from stats_tools.importing.reading import ReportReading, read_report
from stats_tools.importing.reference import Reference
from stats_tools.importing.reverting import RevertRefusedError, revert_import
from stats_tools.periods import Period
from stats_tools.recording import ImportReceipt
from stats_tools.records import history, list_imports, reporting_status
from stats_tools.registration import register
from stats_tools.registry import Registry
from stats_tools.sample import load_sample
from stats_tools.schema import ObservationRow
from stats_tools.targets import Targets
from stats_tools.versions import current_observations
from tests.stats_tools.storage.workbooks import HEADER, row, write_workbook

Read = Callable[[list[list[object]]], ReportReading]
Q2 = Period(2021, 2)
YANTAI = "yantai-biomedicine"


class Office:
    """Files reports one after another, an hour apart, confirming every question."""

    def __init__(self, database: Database, reference: Reference, read: Read, start: datetime) -> None:
        self.database = database
        self.reference = reference
        self.read = read
        self.now = start

    def preview(self, *rows: list[object], status: str = "published") -> ImportPreview:
        return preview_import(self.database, self.read([HEADER, *rows]), self.reference, status)

    def file(self, *rows: list[object], status: str = "published") -> ImportReceipt:
        self.now += timedelta(hours=1)
        return apply_import(self.database, self.preview(*rows, status=status), "统计员甲", self.now, confirmed=True)

    def revert(self, import_id: int) -> None:
        self.now += timedelta(hours=1)
        revert_import(self.database, import_id, "统计员乙", self.now)

    def value(self, indicator: str, cluster: str = YANTAI) -> Decimal | None:
        with self.database.reading() as connection:
            found = current_observations(connection, sample=False).get((cluster, indicator, Q2.index))
        return None if found is None else found.value

    @property
    def sample_values(self) -> int:
        with self.database.reading() as connection:
            return len(current_observations(connection, sample=True))


@pytest.fixture
def office(database: Database, reference: Reference, read: Read, noon: datetime) -> Office:
    return Office(database, reference, read, noon)


def test_a_report_is_previewed_before_anything_is_written(office: Office) -> None:
    preview = office.preview(row(), row("济南信息技术服务"))
    assert (len(preview.difference.new), len(preview.difference.changed), preview.needs_confirmation) == (16, 0, False)
    assert office.value("revenue") is None
    assert list_imports(office.database) == ()


def test_an_import_stores_every_value_with_its_provenance(office: Office) -> None:
    receipt = office.file(row())
    assert receipt == ImportReceipt(import_id=1, new=8, changed=0, same=0, sample_closed=0)
    (version,) = history(office.database, YANTAI, "revenue", Q2)
    assert (version.value, version.status, version.revision) == (Decimal("325.28"), "published", 1)
    assert (version.file_name, version.sheet, version.cell, version.uploaded_by) == (
        "季报.xlsx",
        "统计季报",
        "C2",
        "统计员甲",
    )
    assert version.recorded_at == office.now


def test_the_same_report_again_changes_nothing_and_leaves_no_import(office: Office) -> None:
    office.file(row())
    assert office.file(row()) == ImportReceipt(import_id=None, new=0, changed=0, same=8, sample_closed=0)
    assert len(list_imports(office.database)) == 1


def test_a_corrected_report_supersedes_and_the_old_value_stays_in_the_history(office: Office) -> None:
    office.file(row())
    preview = office.preview(row(revenue=330))
    assert [(change.before.value, change.observation.value) for change in preview.difference.changed] == [
        (Decimal("325.28"), Decimal(330))
    ]
    assert office.file(row(revenue=330)) == ImportReceipt(2, new=0, changed=1, same=7, sample_closed=0)
    first, second = history(office.database, YANTAI, "revenue", Q2)
    assert (first.superseded_by, first.superseded_at) == (2, second.recorded_at)
    assert (second.revision, second.superseded_at) == (2, None)


def test_publishing_what_was_only_reported_makes_a_new_version(office: Office) -> None:
    office.file(row(), status="reported")
    assert office.file(row(), status="published").changed == 8
    assert [version.status for version in history(office.database, YANTAI, "profit", Q2)] == ["reported", "published"]


def test_a_report_with_one_error_leaves_the_database_as_it_was(office: Office) -> None:
    preview = office.preview(row(), row("临沂生物医药", employment=-1))
    assert preview.blocked
    with pytest.raises(ImportRefusedError) as refusal:
        apply_import(office.database, preview, "统计员甲", office.now, confirmed=True)
    assert refusal.value.reason == "errors"
    assert office.value("revenue") is None


QUESTIONABLE = [
    ([row(period="2021Q1", revenue=400), row(revenue=325.28)], IssueCode.CUMULATIVE_FALL, "C3"),
    ([row(revenue=325.28), row(period="2021Q3", new_enterprises=20)], IssueCode.CUMULATIVE_FALL, "E3"),
    ([row(revenue=3_000_000)], IssueCode.OUT_OF_BOUNDS, "C2"),
    ([row(period="2020Q2", revenue=30), row(revenue=325.28)], IssueCode.GROWTH_OUT_OF_BOUNDS, "C3"),
    ([row(period="2020Q2", rd_spending=301200), row()], IssueCode.UNIT_SLIP, "H3"),
    ([row(rd_spending=400)], IssueCode.PART_OVER_WHOLE, "H2"),
    ([row(researchers=50000)], IssueCode.PART_OVER_WHOLE, "G2"),
]


@pytest.mark.parametrize(("rows", "code", "cell"), QUESTIONABLE)
def test_a_questionable_value_is_imported_only_once_confirmed(
    office: Office, rows: list[list[object]], code: IssueCode, cell: str
) -> None:
    preview = office.preview(*rows)
    warnings = preview.issues.of(Severity.WARNING)
    assert (code, cell) in [(issue.code, issue.place.cell) for issue in warnings]
    assert all("请" in issue_line(issue, Wording.load()) for issue in warnings)
    with pytest.raises(ImportRefusedError) as refusal:
        apply_import(office.database, preview, "统计员甲", office.now, confirmed=False)
    assert refusal.value.reason == "unconfirmed"
    assert office.value("revenue") is None
    assert apply_import(office.database, preview, "统计员甲", office.now, confirmed=True).new == 8 * len(rows)


def test_a_fall_is_seen_against_what_is_stored_too(office: Office) -> None:
    office.file(row(period="2021Q1", revenue=152.89), row(period="2021Q3", revenue=497.91))
    assert not office.preview(row(revenue=325.28, new_enterprises=31)).needs_confirmation
    for value, earlier, later in ((100, "2021Q1", "2021Q2"), (600, "2021Q2", "2021Q3")):
        falls = [i for i in office.preview(row(revenue=value)).issues.kept if i.code is IssueCode.CUMULATIVE_FALL]
        assert [(issue.facts["earlier"], issue.facts["later"]) for issue in falls] == [(earlier, later)]


def test_a_loss_may_lower_the_cumulative_profit_without_a_question(office: Office) -> None:
    assert not office.preview(row(period="2021Q1", profit=20), row(profit=-3)).needs_confirmation


def test_the_sample_gives_way_to_the_first_report_and_never_stands_beside_it(office: Office) -> None:
    load_sample(office.database, office.now)
    assert office.preview(row()).sample_replaced == 672
    assert office.file(row()).sample_closed == 672
    assert office.sample_values == 0
    assert office.file(row("临沂生物医药")).sample_closed == 0


def test_the_sample_comes_back_when_the_last_report_is_reverted(office: Office) -> None:
    load_sample(office.database, office.now)
    office.file(row())
    office.file(row("临沂生物医药"))
    office.revert(2)
    assert office.sample_values == 0
    office.revert(3)
    assert office.sample_values == 672


def test_reverting_brings_back_what_the_import_replaced_and_forgets_nothing(office: Office) -> None:
    office.file(row())
    office.file(row(revenue=330), row("临沂生物医药"))
    office.revert(2)
    assert office.value("revenue") == Decimal("325.28")
    assert office.value("revenue", "linyi-biomedicine") is None
    versions = history(office.database, YANTAI, "revenue", Q2)
    assert [(each.value, each.revision, each.import_id) for each in versions] == [
        (Decimal("325.28"), 1, 1),
        (Decimal(330), 2, 2),
        (Decimal("325.28"), 3, 1),
    ]
    assert [each.superseded_at is None for each in versions] == [False, False, True]
    latest = list_imports(office.database)[0]
    assert (latest.import_id, latest.status, latest.reverted_by, latest.reverted_at) == (
        2,
        "reverted",
        "统计员乙",
        office.now,
    )


def test_imports_are_reverted_from_the_latest_back(office: Office) -> None:
    office.file(row())
    office.file(row(revenue=330))
    with pytest.raises(RevertRefusedError) as refusal:
        office.revert(1)
    assert (refusal.value.reason, refusal.value.later) == ("superseded", (2,))
    assert office.value("revenue") == 330
    office.revert(2)
    office.revert(1)
    assert office.value("revenue") is None


@pytest.mark.parametrize(("import_id", "reason"), [(99, "unknown"), (1, "reverted")])
def test_what_cannot_be_reverted_is_refused_with_the_reason(office: Office, import_id: int, reason: str) -> None:
    office.file(row())
    office.revert(1)
    with pytest.raises(RevertRefusedError) as refusal:
        office.revert(import_id)
    assert refusal.value.reason == reason


def test_a_value_may_be_reported_again_after_a_revert(office: Office) -> None:
    office.file(row())
    office.revert(1)
    assert office.file(row(revenue=326)).new == 8
    assert [each.revision for each in history(office.database, YANTAI, "revenue", Q2)] == [1, 2]


def test_an_import_overtaken_by_another_is_refused_instead_of_overwriting_it(office: Office) -> None:
    office.file(row())
    stale = office.preview(row(revenue=330))
    office.file(row(revenue=340))
    with pytest.raises(ImportRefusedError) as refusal:
        apply_import(office.database, stale, "统计员乙", office.now, confirmed=True)
    assert refusal.value.reason == "overtaken"
    assert office.value("revenue") == 340


def test_two_imports_at_once_leave_one_whole_version_of_every_value(
    reference: Reference, registry: Registry, catalogue: IndicatorCatalogue, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/policy.db"
    database = open_database(url)
    database.upgrade()
    register(database, registry, catalogue, Targets.load())
    path = write_workbook(tmp_path / "季报.xlsx", [HEADER, *(row(cluster.name) for cluster in registry.clusters)])
    reading = read_report(path, reference, date(2022, 3, 1))
    previews = [preview_import(database, reading, reference) for _ in range(4)]
    receipts: list[ImportReceipt] = []

    def apply(preview: ImportPreview) -> None:
        own = open_database(url)
        receipts.append(apply_import(own, preview, "统计员", datetime(2022, 3, 1, tzinfo=UTC), confirmed=True))
        own.close()

    threads = [threading.Thread(target=apply, args=(preview,)) for preview in previews]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((receipt.new, receipt.same) for receipt in receipts) == [(0, 224), (0, 224), (0, 224), (224, 0)]
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(ObservationRow)).scalar() == 224
    database.close()


def test_who_has_reported_is_told_by_cluster_and_indicator(office: Office) -> None:
    office.file(row(), row("临沂生物医药", profit=None), row("济南生物医药", "2021Q1"))
    status = reporting_status(office.database, office.reference.registry, office.reference.catalogue, Q2)
    assert [report.cluster.code for report in status.complete] == [YANTAI]
    assert [(report.cluster.code, report.missing) for report in status.partial] == [("linyi-biomedicine", ("profit",))]
    assert {report.cluster.short_name for report in status.absent} == {
        "济南信息技术服务",
        "青岛轨道交通装备",
        "青岛节能环保",
        "淄博新型功能材料",
        "烟台先进结构材料",
        "济南生物医药",
    }
    assert not status.sample


def test_reports_not_yet_published_count_only_for_those_who_may_see_them(office: Office) -> None:
    office.file(row(), status="reported")
    registry, catalogue = office.reference.registry, office.reference.catalogue
    everyone = reporting_status(office.database, registry, catalogue, Q2, visible=("published", "sample"))
    assert len(everyone.complete) == 0
    assert len(reporting_status(office.database, registry, catalogue, Q2).complete) == 1
