"""What an earlier report said and this snapshot says otherwise: the restatement list of a report.

Add here: which earlier report a month is held against. Keep out: what counts as a published figure (delivery/figures).
"""

from __future__ import annotations

from orchestration.delivery.figures import FigureChange, changes, collect_figures
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


def changed_figures(
    settings: Settings, ledger: Ledger, audience: str, month: str, edition: int, snapshot_hash: str
) -> tuple[FigureChange, ...]:
    """Every count, numerator, denominator and amount that the last report gave and this snapshot gives otherwise."""
    release = earlier_release(settings, ledger, audience, month, edition)
    if release is None:
        return ()
    now = collect_figures(snapshot_path(settings, snapshot_hash), audience, release.period)
    return changes(ledger.figures(release), now)


def restatements(
    settings: Settings, ledger: Ledger, audience: str, month: str, edition: int, snapshot_hash: str
) -> tuple[Restatement, ...]:
    """The changed figures as a report lists them, the whole audience's newest month first."""
    changed = changed_figures(settings, ledger, audience, month, edition, snapshot_hash)
    return tuple(_restatement(change) for change in sorted(changed, key=_rank))


def _rank(change: FigureChange) -> tuple[bool, str, int, str, str, str]:
    key = change.key
    # The whole audience first, its newest month on top.
    newest_first = "".join(chr(0x7F - ord(character)) for character in key.period)
    place = _ORDER.index(key.model) if key.model in _ORDER else len(_ORDER)
    return (key.scope_type != "audience", newest_first, place, key.figure, key.scope_value, key.detail)


def _restatement(change: FigureChange) -> Restatement:
    key = change.key
    figure = f"{key.figure} {key.detail}".strip().replace("_", " ")
    scope = key.scope_value if key.scope_type == "audience" else f"{key.scope_type} {key.scope_value}"
    return Restatement(figure, scope, key.period, change.then or "–", change.now or "–")
