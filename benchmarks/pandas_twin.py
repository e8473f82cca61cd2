"""The company-level ledger and cohort triangle in pandas, from the same admitted tables; timed by benchmarks/marts.py.

    ./run python benchmarks/pandas_twin.py WORKING_FILE [--out FOLDER]

Written as one writes pandas: frames, group-bys and merges, no loops over rows. Prints JSON with its seconds, those of
reading the tables into frames before, and peak memory; with --out, writes ledger.parquet and triangle.parquet.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path

import duckdb
import pandas as pd

WINDOW = pd.Timedelta(days=90)
NEVER = pd.Timestamp("2200-01-01")
TABLES = {
    "orders": "select customer_id, order_id, ordered_on, amount from int_orders_admitted where status = 'completed'",
    "refunds": "select order_id, refunded_on, amount from int_refunds_admitted",
    "contracts": "select customer_id, contract_id, starts_on, ends_on, mrr from int_contracts_admitted",
}


def read(working_file: Path) -> dict[str, pd.DataFrame]:
    """The admitted tables as frames; dates as timestamps, amounts in cents."""
    frames = {}
    with duckdb.connect(str(working_file), read_only=True) as connection:
        for name, query in TABLES.items():
            frames[name] = connection.execute(query).df()
    for frame in frames.values():
        for column in frame.columns:
            if column.endswith("_on"):
                frame[column] = pd.to_datetime(frame[column])
    return frames


def numbered(frames: dict[str, pd.DataFrame]) -> None:
    """Replaces customer_id by whole numbers: comparing months of texts would take twenty times as long."""
    of_both = pd.concat([frames["orders"]["customer_id"], frames["contracts"]["customer_id"]])
    codes, _ = pd.factorize(of_both)
    orders = len(frames["orders"])
    frames["orders"]["customer_id"] = codes[:orders]
    frames["contracts"]["customer_id"] = codes[orders:]


def settled(orders: pd.DataFrame, refunds: pd.DataFrame) -> pd.DataFrame:
    """Orders with is_counted and active_until."""
    days = refunds.groupby(["order_id", "refunded_on"], as_index=False).agg(amount=("amount", "sum"))
    days = days.sort_values(["order_id", "refunded_on"])
    days["paid_back"] = days.groupby("order_id")["amount"].cumsum()
    paid = days.merge(orders[["order_id", "amount"]], on="order_id", suffixes=("", "_of_order"))
    full = paid[(paid["amount_of_order"] > 0) & (paid["paid_back"] >= paid["amount_of_order"])]
    first = full.groupby("order_id", as_index=False)["refunded_on"].min()
    found = orders.merge(first, on="order_id", how="left")
    month_end = found["ordered_on"] + pd.offsets.MonthEnd(0)
    found["is_counted"] = found["refunded_on"].isna() | (found["refunded_on"] > month_end)
    found["active_until"] = (found["ordered_on"] + WINDOW).where(
        found["refunded_on"].isna() | (found["refunded_on"] > found["ordered_on"] + WINDOW), found["refunded_on"]
    )
    return found


def priced(contracts: pd.DataFrame) -> pd.DataFrame:
    """Price periods with where each ends."""
    found = contracts.sort_values(["contract_id", "starts_on"])
    by_contract = found.groupby("contract_id")
    service_end = by_contract["ends_on"].transform("min").fillna(NEVER)
    following = by_contract["starts_on"].shift(-1).fillna(NEVER)
    found["ended_on"] = service_end.where(service_end < following, following)
    return found[(found["starts_on"] < found["ended_on"]) & (found["mrr"] > 0)]


def spells_of(orders: pd.DataFrame, contracts: pd.DataFrame) -> pd.DataFrame:
    """customer_id, started_on, ended_on: overlapping and adjacent spans merged."""
    bought = orders[orders["active_until"] > orders["ordered_on"]]
    spans = pd.concat(
        [
            bought[["customer_id", "ordered_on", "active_until"]].set_axis(
                ["customer_id", "started_on", "ended_on"], axis=1
            ),
            contracts[["customer_id", "starts_on", "ended_on"]].set_axis(
                ["customer_id", "started_on", "ended_on"], axis=1
            ),
        ]
    ).sort_values(["customer_id", "started_on", "ended_on"], ignore_index=True)
    reached = spans.groupby("customer_id")["ended_on"].cummax().groupby(spans["customer_id"]).shift()
    spans["spell"] = (~(reached >= spans["started_on"])).groupby(spans["customer_id"]).cumsum()
    return spans.groupby(["customer_id", "spell"], as_index=False).agg(
        started_on=("started_on", "min"), ended_on=("ended_on", "max")
    )


def periods_of(months: pd.DatetimeIndex) -> list[tuple[str, pd.Timestamp, pd.Timestamp]]:
    """Type, first and last day of every month, whole quarter, whole year and year to date."""
    ends = months + pd.offsets.MonthEnd(0)
    found = [("month", start, end) for start, end in zip(months, ends, strict=True)]
    found += [("quarter", end - pd.offsets.QuarterBegin(startingMonth=1), end) for end in ends if end.month % 3 == 0]
    found += [("year", end - pd.offsets.YearBegin(), end) for end in ends if end.month == 12]
    found += [("ytd", start.replace(month=1), end) for start, end in zip(months, ends, strict=True)]
    return [period for period in found if period[1] >= months[0]]


def ledger_of(spells: pd.DataFrame, months: pd.DatetimeIndex) -> pd.DataFrame:
    """One row per period with the figures of the ledger."""
    first = spells.groupby("customer_id")["started_on"].min()
    rows = []
    for period_type, start, end in periods_of(months):
        before = start - pd.Timedelta(days=1)
        there = spells[(spells["started_on"] <= before) & (spells["ended_on"] > before)]["customer_id"]
        then = spells[(spells["started_on"] <= end) & (spells["ended_on"] > end)]["customer_id"]
        inside = spells[(spells["started_on"] >= start) & (spells["started_on"] <= end)][
            "customer_id"
        ].drop_duplicates()
        retained = there.isin(then).sum()
        came = then[~then.isin(there)]
        fresh = (came.map(first) >= start).sum()
        passed = inside[~inside.isin(there) & ~inside.isin(then)]
        kept = (len(there), len(then), retained, len(there) - retained)
        rows.append((period_type, start, *kept, fresh, len(came) - fresh, len(passed)))
    names = [
        "period_type",
        "period_start",
        "customers_start",
        "customers_end",
        "retained_customers",
        "lost_customers",
        "new_customers",
    ]
    return pd.DataFrame(rows, columns=[*names, "reactivated_customers", "in_period_joiners_lost"])


def triangle_of(
    orders: pd.DataFrame, contracts: pd.DataFrame, spells: pd.DataFrame, months: pd.DatetimeIndex
) -> pd.DataFrame:
    """cohort_month, period_start, cohort_basis, active_customers: cells with anybody in them."""
    counted = orders[orders["is_counted"]]
    joined = pd.concat(
        [counted.groupby("customer_id")["ordered_on"].min(), contracts.groupby("customer_id")["starts_on"].min()]
    )
    cohort = joined.groupby(level=0).min().dt.to_period("M").dt.to_timestamp().rename("cohort_month")
    ordered = counted[["customer_id"]].assign(period_start=counted["ordered_on"].dt.to_period("M").dt.to_timestamp())
    ordered = ordered.drop_duplicates().join(cohort, on="customer_id")
    cells = [
        ordered.groupby(["cohort_month", "period_start"])
        .size()
        .reset_index(name="active_customers")
        .assign(cohort_basis="ordered")
    ]
    for start in months:
        end = start + pd.offsets.MonthEnd(0)
        there = spells[(spells["started_on"] <= end) & (spells["ended_on"] > end)].join(cohort, on="customer_id")
        cell = there.groupby("cohort_month").size().reset_index(name="active_customers")
        cells.append(cell.assign(period_start=start, cohort_basis="active"))
    return pd.concat(cells, ignore_index=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("working_file", type=Path)
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    started = time.monotonic()
    frames = read(chosen.working_file)
    read_seconds = time.monotonic() - started
    months = pd.date_range("2020-03-01", "2024-12-01", freq="MS")
    started = time.monotonic()
    numbered(frames)
    orders = settled(frames["orders"], frames["refunds"])
    contracts = priced(frames["contracts"])
    spells = spells_of(orders, contracts)
    ledger = ledger_of(spells, months)
    triangle = triangle_of(orders, contracts, spells, months)
    seconds = time.monotonic() - started
    if chosen.out:
        for frame in (ledger, triangle):
            for column in {"period_start", "cohort_month"} & set(frame.columns):
                frame[column] = frame[column].dt.date
        ledger.to_parquet(chosen.out / "ledger.parquet")
        triangle.to_parquet(chosen.out / "triangle.parquet")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(
        json.dumps({"seconds": round(seconds, 2), "read_seconds": round(read_seconds, 2), "peak_mb": peak}) + "\n"
    )


if __name__ == "__main__":
    main()
