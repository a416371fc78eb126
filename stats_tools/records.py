"""What became of the reports: imports, the versions of one value, and who has reported for a quarter."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from stats_tools.catalogue import IndicatorCatalogue
from stats_tools.database import Database
from stats_tools.periods import Period
from stats_tools.registry import Registry
from stats_tools.schema import ImportRow, ObservationRow
from stats_tools.types import Cluster
from stats_tools.versions import SAMPLE


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One import, as the audit trail shows it; times in UTC."""

    import_id: int
    file_name: str
    file_sha256: str
    sheet: str
    uploaded_by: str
    uploaded_at: datetime
    status: str
    observation_status: str
    new: int
    changed: int
    same: int
    reverted_at: datetime | None
    reverted_by: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one value, in its indicator's unit.

    Args:
        superseded_at: when it ceased to be current, None while it is.
        superseded_by: the import that replaced it; None while current, or where it was withdrawn by a revert.
    """

    value: Decimal
    status: str
    revision: int
    import_id: int
    file_name: str
    sheet: str
    cell: str
    uploaded_by: str
    recorded_at: datetime
    superseded_at: datetime | None
    superseded_by: int | None


@dataclass(frozen=True, slots=True)
class ClusterReport:
    """Which indicators a cluster has reported for a quarter and which are missing, by code in catalogue order."""

    cluster: Cluster
    reported: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportingStatus:
    """Who has reported for a quarter.

    Args:
        period: the quarter.
        clusters: those expected to report: the national ones, and every other with any current report.
        sample: whether what stands there is the synthetic sample.
    """

    period: Period
    clusters: tuple[ClusterReport, ...]
    sample: bool

    @property
    def complete(self) -> tuple[ClusterReport, ...]:
        """Clusters that reported every indicator."""
        return tuple(report for report in self.clusters if not report.missing)

    @property
    def partial(self) -> tuple[ClusterReport, ...]:
        """Clusters that reported some indicators."""
        return tuple(report for report in self.clusters if report.reported and report.missing)

    @property
    def absent(self) -> tuple[ClusterReport, ...]:
        """Clusters that reported nothing."""
        return tuple(report for report in self.clusters if not report.reported)


def list_imports(database: Database) -> tuple[ImportRecord, ...]:
    """Every import, latest first, reverted ones included."""
    row = ImportRow
    query = select(
        row.id.label("import_id"),
        row.file_name,
        row.file_sha256,
        row.sheet,
        row.uploaded_by,
        row.uploaded_at,
        row.status,
        row.observation_status,
        row.observations_new.label("new"),
        row.observations_changed.label("changed"),
        row.observations_same.label("same"),
        row.reverted_at,
        row.reverted_by,
    ).order_by(row.id.desc())
    with database.reading() as connection:
        return tuple(ImportRecord(**found) for found in connection.execute(query).mappings())


def history(database: Database, cluster: str, indicator: str, period: Period) -> tuple[Version, ...]:
    """Every version a value ever had, first to last; empty where it was never reported.

    Args:
        database: upgraded and registered.
        cluster: cluster code.
        indicator: indicator code.
        period: the quarter.
    """
    row = ObservationRow
    query = (
        select(
            row.value,
            row.status,
            row.revision,
            row.import_id,
            ImportRow.file_name,
            ImportRow.sheet,
            row.cell,
            ImportRow.uploaded_by,
            row.recorded_at,
            row.superseded_at,
            row.superseded_by,
        )
        .join(ImportRow, ImportRow.id == row.import_id)
        .where(row.cluster_code == cluster, row.indicator_code == indicator, row.period_index == period.index)
        .order_by(row.id)
    )
    with database.reading() as connection:
        return tuple(Version(**found) for found in connection.execute(query).mappings())


def reporting_status(
    database: Database,
    registry: Registry,
    catalogue: IndicatorCatalogue,
    period: Period,
    visible: Collection[str] | None = None,
) -> ReportingStatus:
    """Who has reported which indicators for a quarter.

    Args:
        database: upgraded and registered.
        registry: the clusters.
        catalogue: the indicators expected.
        period: the quarter.
        visible: statuses of observations that count; None for all.
    """
    row = ObservationRow
    query = select(row.cluster_code, row.indicator_code, row.period_index, row.status).where(
        row.superseded_at.is_(None)
    )
    if visible is not None:
        query = query.where(row.status.in_(list(visible)))
    with database.reading() as connection:
        current = connection.execute(query).all()
    reporting = {cluster for cluster, _, _, _ in current}
    filed = {(cluster, indicator) for cluster, indicator, index, _ in current if index == period.index}
    expected = [each for each in registry.clusters if each.level == "national" or each.code in reporting]
    codes = [indicator.code for indicator in catalogue.indicators]
    reports = tuple(
        ClusterReport(
            each,
            tuple(code for code in codes if (each.code, code) in filed),
            tuple(code for code in codes if (each.code, code) not in filed),
        )
        for each in expected
    )
    return ReportingStatus(period, reports, any(status == SAMPLE for *_, status in current))
