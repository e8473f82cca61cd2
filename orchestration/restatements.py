"""What an earlier report said and this snapshot says otherwise: the restatement list of a report.

Add here: which earlier report a month is held against. Keep out: what counts as a published figure (delivery/figures).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

from orchestration.delivery.figures import FigureChange, FigureKey, changes, collect_figures
from orchestration.delivery.ledger import Ledger
from orchestration.delivery.records import Release
from orchestration.delivery.release import snapshot_path
from orchestration.delivery.status import released_months
from orchestration.settings import Settings
from reports.run import Restatement

# The order in which a reader meets the pages.
_ORDER = ("rpt_retention", "rpt_cohorts", "rpt_revenue", "rpt_orders", "rpt_churn_reasons", "rpt_surveys")


def earlier_release(settings: Settings, ledger: Ledger, audience: str, month: str, edition: int) -> Release | None:
    """The report a reader has had last: the edition before this one, else the newest one of an earlier month."""
    report = settings.company.report
    if edition > 1:
        return ledger.last_release(report, audience, month)
    before = [released for released in released_months(ledger, report, audience) if released < month]
    return ledger.last_release(report, audience, max(before)) if before else None


def restatements(
    settings: Settings, ledger: Ledger, audience: str, month: str, edition: int, snapshot_hash: str
) -> tuple[Restatement, ...]:
    """The changed figures as a report lists them, the whole audience's newest month first, with their causes.

    A cause is known from the build after the earlier report was released; until then there is none to tell.
    """
    release = earlier_release(settings, ledger, audience, month, edition)
    if release is None:
        return ()
    snapshot = snapshot_path(settings, snapshot_hash)
    now = collect_figures(snapshot, release.audience, release.period)
    changed = sorted(changes(ledger.figures(release), now), key=_rank)
    causes = read_causes(snapshot, release) if changed else {}
    return tuple(_restatement(change, release, causes.get(change.key)) for change in changed)


def read_causes(marts: Path, release: Release) -> Mapping[FigureKey, str]:
    """What rpt_restatements of a snapshot says of the figures of a release; nothing where it has no such model."""
    with duckdb.connect(str(marts), read_only=True, config={"enable_external_access": "false"}) as connection:
        there = connection.execute("select 1 from duckdb_tables() where table_name = 'rpt_restatements'").fetchone()
        if there is None:
            return {}
        rows = connection.execute(
            "select model, figure, scope_type, scope_value, detail, strftime(period_start, '%Y-%m'), cause "
            "from main.rpt_restatements where audience = ? and published_month = ? and edition = ? "
            "and cause is not null",
            [release.audience, date.fromisoformat(f"{release.period}-01"), release.edition],
        ).fetchall()
    return {FigureKey(*row[:6]): str(row[6]) for row in rows}


def _rank(change: FigureChange) -> tuple[bool, str, int, str, str, str]:
    key = change.key
    # The whole audience first, its newest month on top.
    newest_first = "".join(chr(0x7F - ord(character)) for character in key.period)
    place = _ORDER.index(key.model) if key.model in _ORDER else len(_ORDER)
    return (key.scope_type != "audience", newest_first, place, key.figure, key.scope_value, key.detail)


def _restatement(change: FigureChange, release: Release, cause: str | None) -> Restatement:
    key = change.key
    return Restatement(
        figure=key.figure,
        scope=key.scope_value,
        period=key.period,
        value_then=change.then or "–",
        value_now=change.now or "–",
        cause=cause,
        model=key.model,
        scope_type=key.scope_type,
        detail=key.detail,
        published_month=release.period,
        edition=release.edition,
    )
