"""Read-only access to the published marts, for one audience and no later than its month.

Add here: a way of asking that several pages share, or the keys of a further model. Keep out: figures (they are
computed in the marts, nowhere else).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import duckdb

from reports.figures import Row
from reports.run import ReportError, ReportRun

_SCOPE = ("audience", "scope_type", "scope_value", "period_type", "period_start", "period_end")
# What makes a row of a model the only one; a figure's origin is told by these.
KEYS: Mapping[str, tuple[str, ...]] = {
    "rpt_retention": _SCOPE,
    "rpt_rate_mix": (*_SCOPE, "compared_with"),
    "rpt_window_sensitivity": (*_SCOPE, "window_days"),
    "rpt_cohorts": (*_SCOPE, "cohort_basis", "cohort_month", "age_months"),
    "rpt_cohort_totals": (*_SCOPE, "cohort_basis", "age_months"),
    "rpt_survival": (*_SCOPE, "stratum_type", "stratum_value", "age_days"),
    "rpt_revenue": _SCOPE,
    "rpt_orders": _SCOPE,
    "rpt_value": _SCOPE,
    "rpt_costs": (*_SCOPE, "kind", "channel_or_programme"),
    "rpt_churn_reasons": (*_SCOPE, "reason_category", "is_involuntary"),
    "rpt_losses": _SCOPE,
    "rpt_competitors": (*_SCOPE, "competitor"),
    "rpt_early_life": (*_SCOPE, "onboarding"),
    "rpt_save_desk": (*_SCOPE, "handled_by", "campaign", "offer_kind"),
    "rpt_offers": (*_SCOPE, "campaign", "offer_kind"),
    "rpt_risk_signals": (*_SCOPE, "signal"),
    "rpt_customers_at_risk": (*_SCOPE, "list_rank"),
    "rpt_value_risk": (*_SCOPE, "value_third", "risk_band"),
    "rpt_surveys": (*_SCOPE, "survey_type"),
    "rpt_survey_distribution": (*_SCOPE, "survey_type", "scale_min", "scale_max", "score"),
    "rpt_survey_breakdowns": (*_SCOPE, "survey_type", "breakdown", "value"),
    "rpt_drivers": (*_SCOPE, "survey_id", "score_question", "driver_question"),
    "rpt_score_outcome": (*_SCOPE, "survey_type", "score_band"),
    "rpt_loyal_captive": _SCOPE,
    "rpt_social_ratings": (*_SCOPE, "platform"),
    "rpt_rfm": (*_SCOPE, "rfm_segment"),
    "rpt_loyalty": (*_SCOPE, "tier"),
    "rpt_tier_moves": (*_SCOPE, "from_tier", "to_tier"),
    "rpt_outreach": (*_SCOPE, "campaign", "channel"),
    "rpt_service": (*_SCOPE, "breakdown", "value"),
    "rpt_service_quality": (*_SCOPE, "reviewer_role"),
    "rpt_speed_correctness": (*_SCOPE, "is_first_contact", "is_answered_within_hour"),
    "rpt_reply_variants": (*_SCOPE, "reply_variant"),
    "rpt_verdicts": (*_SCOPE, "metric", "detail", "comparison"),
    "rpt_targets": (*_SCOPE, "metric"),
    "rpt_annotations": ("happened_on", "language", "label"),
    "rpt_restatements": (*_SCOPE, "model", "figure", "detail", "published_month", "edition"),
    "rpt_data_received": ("system", "entity"),
}
# An annotation with one of these scopes is meant for every audience.
_FOR_ALL = ("", "(all)", "all", "company")


class Marts:
    """The rpt_ models as one audience may see them.

    Every scoped read is limited to the run's audience and to periods that end by the run's month, so a page
    cannot show another audience's figure or a later month's by mistake.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, run: ReportRun) -> None:
        self._connection = connection
        self._run = run
        self._columns = _columns_by_model(connection)
        self._read: dict[tuple[object, ...], tuple[Row, ...]] = {}

    def read(
        self, model: str, *, scope_type: str = "audience", months: int | None = None, **equal: str | date | int | bool
    ) -> tuple[Row, ...]:
        """Rows of a scoped model, ordered by its keys.

        scope_type: audience for the whole, or country, segment, plan …
        months: only the newest so many calendar months up to the run's month; None reads all history.
        equal: further columns and the value each must have.
        Raises ReportError when the model or a column is missing.
        """
        conditions = {
            "audience": self._run.audience,
            "scope_type": scope_type,
            "period_type": "month",
            **equal,
        }
        since = months_before(self._run.month_start, months - 1) if months else date.min
        where = [f"{name} = ?" for name in conditions] + ["period_end <= ?", "period_start >= ?"]
        values = [*conditions.values(), self._run.month_end, since]
        return self._select(model, " and ".join(where), values, tuple(conditions))

    def newest(self, model: str, *, scope_type: str = "audience", **equal: str | date | int | bool) -> Row | None:
        """The row of the run's month for the whole audience, None where the model has none."""
        rows = self.read(model, scope_type=scope_type, months=1, **equal)
        return rows[0] if rows else None

    def received(self) -> tuple[Row, ...]:
        """What arrived, one row of rpt_data_received per entity, by system and name."""
        return self._select("rpt_data_received", "true", [], ())

    def is_delivered(self, *entities: str) -> bool:
        """Whether at least one of the entities has ever been delivered."""
        return any(bool(row["is_delivered"]) for row in self.received() if row["entity"] in entities)

    def annotations(self) -> tuple[Row, ...]:
        """Events to name in plots: in the run's language, for everybody or for a value of the run's filter."""
        allowed = {*_FOR_ALL, self._run.audience, *(value for values in self._run.filter.values() for value in values)}
        where, values = "language = ? and happened_on <= ?", [self._run.language, self._run.month_end]
        rows = self._select("rpt_annotations", where, values, ("language", "happened_on"))
        return tuple(row for row in rows if (row["scope"] or "") in allowed)

    def targets(self, metric: str, months: int) -> tuple[Row, ...]:
        """The targets of a metric for the audience as a whole, a row of rpt_targets per month that has one."""
        return self.read("rpt_targets", months=months, metric=metric)

    def _select(self, model: str, where: str, values: Sequence[object], used: tuple[str, ...]) -> tuple[Row, ...]:
        """Rows of a model; pages ask for the same ones, and the file does not change, so each is read once."""
        question = (model, where, *values)
        if question not in self._read:
            self._read[question] = self._asked(model, where, values, used)
        return self._read[question]

    def _asked(self, model: str, where: str, values: Sequence[object], used: tuple[str, ...]) -> tuple[Row, ...]:
        keys, columns = KEYS[model], self._columns.get(model)
        if columns is None:
            raise ReportError(f"{model} is not in the published marts; build and publish them again")
        missing = [name for name in (*keys, *used) if name not in columns]
        if missing:
            raise ReportError(f"{model}.{missing[0]} is not in the published marts; build and publish them again")
        query = f"select * from main.{model} where {where} order by {', '.join(keys)}"
        cursor = self._connection.execute(query, values)
        names = [item[0] for item in cursor.description or []]
        return tuple(_row(model, keys, dict(zip(names, cells, strict=True))) for cells in cursor.fetchall())


def months_before(day: date, count: int) -> date:
    """First day of the month `count` months before the day's month; a negative count looks ahead."""
    index = day.year * 12 + day.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def month_end(day: date) -> date:
    """Last day of the day's month."""
    return months_before(day, -1) - timedelta(days=1)


@contextmanager
def open_marts(path: Path, run: ReportRun) -> Iterator[Marts]:
    """The published file, read-only and without any access to files or network beside it.

    Raises ReportError when the file is missing or is no marts file.
    """
    if not path.exists():
        raise ReportError(f"{path}: there are no published marts; run the build and publish first")
    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "threads": 1,
        "memory_limit": "256MB",
    }
    try:
        connection = duckdb.connect(str(path.resolve()), read_only=True, config=config)
        connection.execute("set TimeZone = 'UTC'")
    except duckdb.Error as error:
        raise ReportError(f"{path}: cannot be opened as marts ({error}); publish them again") from error
    try:
        yield Marts(connection, run)
    finally:
        connection.close()


def _columns_by_model(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    query = "select table_name, column_name from information_schema.columns where table_schema = 'main'"
    for table, column in connection.execute(query).fetchall():
        found.setdefault(table, set()).add(column)
    return found


def _row(model: str, keys: tuple[str, ...], values: dict[str, object]) -> Row:
    return Row(model, tuple((name, values[name]) for name in keys), values)  # type: ignore[misc]
