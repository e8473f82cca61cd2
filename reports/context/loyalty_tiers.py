"""The loyalty programme: tiers against everybody else, moves between them, points and their cost, referrals.

Add here: a further figure of the programme. Keep out: RFM segments (loyalty_rfm.py), and sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.charts.chart import DataTable
from reports.context.history import absent
from reports.figures import Derivation, Figure, Row, share, total
from reports.legible import legible
from reports.marts import Marts
from reports.run import ReportRun
from reports.text import Text

MODEL, MOVES = "rpt_loyalty", "rpt_tier_moves"
EVERYBODY, MEMBERS, NOBODY = "(all)", "(members)", "(none)"
POINT_MONTHS = 13
# So many tiers and moves are shown, the largest; of the rest it is said how many there are.
MOST_TIERS, MOST_MOVES = 6, 6


@dataclass(frozen=True, slots=True)
class TierLine:
    """One tier, all members, or everybody else; rate 0–1 of those of the month's start; spend a customer, month."""

    tier: str
    label: str
    start: Figure
    end: Figure
    rate: Figure
    low: Figure
    high: Figure
    spend: Figure
    is_sum: bool


@dataclass(frozen=True, slots=True)
class MoveLine:
    """Customers who went from one tier to another: in the month, and in the year up to its end."""

    origin: str
    target: str
    month: Figure
    year: Figure


@dataclass(frozen=True, slots=True)
class PointsMonth:
    """Points of a month, all as positive numbers, and what its rewards cost in the base currency."""

    month: date
    earned: Figure
    redeemed: Figure
    expired: Figure
    cost: Figure


@dataclass(frozen=True, slots=True)
class Referrals:
    """Referrals made and converted in the month, and the share of new customers that somebody had named."""

    made: Figure
    converted: Figure
    rate: Figure
    low: Figure
    high: Figure
    referred: Figure
    joined: Figure


@dataclass(frozen=True, slots=True)
class Programme:
    """What was delivered of the programme: no tiers, points or referrals where their data are missing.

    members: at the month's end; tiers_left_out, moves_left_out: lines that are not shown, by size.
    """

    members: Figure
    member_share: Figure
    tiers: tuple[TierLine, ...]
    tiers_left_out: tuple[TierLine, ...]
    tiers_left_out_count: Figure
    moves: tuple[MoveLine, ...]
    moves_left_out: tuple[MoveLine, ...]
    moves_left_out_count: Figure
    points: tuple[PointsMonth, ...]
    year_cost: Figure
    referrals: Referrals | None

    @property
    def tables(self) -> dict[str, DataTable]:
        """Tiers and moves as data, with the lines that are not shown."""
        found: dict[str, DataTable] = {}
        if self.tiers:
            names = ("tier", "customers_start", "customers_end", "retention", "retention_low", "retention_high")
            rows = tuple(
                (line.label, line.start, line.end, line.rate, line.low, line.high, line.spend)
                for line in (*self.tiers, *self.tiers_left_out)
            )
            found["tiers"] = DataTable((*names, "spend_per_customer"), rows)
        if self.moves:
            moves = tuple((m.origin, m.target, m.month, m.year) for m in (*self.moves, *self.moves_left_out))
            found["moves"] = DataTable(("from_tier", "to_tier", "customers_month", "customers_year_to_date"), moves)
        return found


def load_programme(marts: Marts, run: ReportRun, text: Text) -> Programme:
    """The run's month, and the points of the thirteen months that end with it."""
    rows = marts.read(MODEL, months=POINT_MONTHS)
    month = {row.text("tier"): row for row in rows if row.day("period_start") == run.month_start}
    whole, members = month.get(EVERYBODY), month.get(MEMBERS)
    has_tiers = members is not None and bool(members["customers_start"] or members["customers_end"])
    lines = _tiers(month, text) if has_tiers else ()
    shown = _shown(lines)
    left_out = tuple(line for line in lines if line not in shown)
    moves = _moves(marts, run, text) if has_tiers else ()
    year = marts.read(MODEL, period_type="ytd", tier=EVERYBODY, period_end=run.month_end)
    return Programme(
        members=members.figure("customers_end") if members and has_tiers else absent(MODEL, "customers_end"),
        member_share=(
            share(members.figure("customers_end"), whole.figure("customers_end"))
            if members and whole and has_tiers
            else absent(MODEL, "customers_end")
        ),
        tiers=shown,
        tiers_left_out=left_out,
        tiers_left_out_count=_count([line.start for line in left_out]),
        moves=moves[:MOST_MOVES],
        moves_left_out=moves[MOST_MOVES:],
        moves_left_out_count=_count([move.month for move in moves[MOST_MOVES:]]),
        points=_points([row for row in rows if row["tier"] == EVERYBODY]),
        year_cost=year[0].figure("reward_cost") if year else absent(MODEL, "reward_cost"),
        referrals=_referrals(whole) if whole is not None and whole["referrals_made"] is not None else None,
    )


def _count(figures: Sequence[Figure]) -> Figure:
    """How many lines there are, each named by one of its figures, known or not."""
    return Figure(len(figures), Derivation("rows", tuple(figures)))


def tier_name(tier: str, text: Text) -> str:
    """A tier as it is printed; who has none is no member."""
    words = {
        NOBODY: text.gettext("Not a member"),
        MEMBERS: text.gettext("All members"),
        EVERYBODY: text.gettext("All customers"),
    }
    return words.get(tier) or legible(tier)


def _tiers(month: dict[str, Row], text: Text) -> tuple[TierLine, ...]:
    """The tiers by size, then all members, everybody else and both together."""
    tiers = sorted((row for tier, row in month.items() if tier not in (EVERYBODY, MEMBERS, NOBODY)), key=_by_size)
    sums = [month[tier] for tier in (MEMBERS, NOBODY, EVERYBODY) if tier in month]
    return tuple(_tier(row, text) for row in (*tiers, *sums))


def _shown(lines: Sequence[TierLine]) -> tuple[TierLine, ...]:
    tiers = [line for line in lines if not line.is_sum]
    return (*tiers[:MOST_TIERS], *(line for line in lines if line.is_sum))


def _tier(row: Row, text: Text) -> TierLine:
    return TierLine(
        row.text("tier"),
        tier_name(row.text("tier"), text),
        row.figure("customers_start"),
        row.figure("customers_end"),
        row.figure("retention_rate"),
        row.figure("retention_low"),
        row.figure("retention_high"),
        row.figure("spend_per_customer"),
        row["tier"] in (EVERYBODY, MEMBERS, NOBODY),
    )


def _by_size(row: Row) -> tuple[float, str]:
    return -(row.figure("customers_end").amount or 0), row.text("tier")


def _moves(marts: Marts, run: ReportRun, text: Text) -> tuple[MoveLine, ...]:
    """Every move of the year so far, those with most customers first: of the month, then of the year."""
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for kind in ("month", "ytd"):
        for row in marts.read(MOVES, period_type=kind, period_end=run.month_end):
            found.setdefault((row.text("from_tier"), row.text("to_tier")), {})[kind] = row
    lines = [
        MoveLine(tier_name(origin, text), tier_name(target, text), _moved(by_kind, "month"), _moved(by_kind, "ytd"))
        for (origin, target), by_kind in found.items()
    ]
    return tuple(sorted(lines, key=_by_moves))


def _moved(by_kind: dict[str, Row], kind: str) -> Figure:
    # Without a row nobody moved so: the sum of nothing, 0.
    return by_kind[kind].figure("customers") if kind in by_kind else total()


def _by_moves(line: MoveLine) -> tuple[float, float, str, str]:
    return -(line.month.amount or 0), -(line.year.amount or 0), line.origin, line.target


def _points(rows: Sequence[Row]) -> tuple[PointsMonth, ...]:
    """The months by date; nothing where points were never delivered."""
    if not any(row["points_earned"] is not None for row in rows):
        return ()
    names = ("points_earned", "points_redeemed", "points_expired", "reward_cost")
    return tuple(PointsMonth(row.day("period_start"), *(row.figure(name) for name in names)) for row in rows)


def _referrals(row: Row) -> Referrals:
    names = ("referrals_made", "referrals_converted", "referred_rate", "referred_low", "referred_high")
    return Referrals(*(row.figure(name) for name in (*names, "referred_numerator", "referred_denominator")))
