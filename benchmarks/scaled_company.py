"""A company of any size, landed as its extracts would be: all text, one delivery a year, by DuckDB in one pass.

Deterministic: every value is a hash of its row's number. For a million customers: 18.6 million orders over 58 months,
half a million contracts (a tenth with a price rise), 3 million interactions, 3 million survey answers, 300,000 cases.
Add here: an entity a benchmark needs. Keep out: stories (the demo tells one) and malformed rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

FIRST_DAY, DAYS = "2020-03-01", 1767  # 58 months, to 2024-12-31
LAST_DAY = "2024-12-31"
LOAD = "1735700000.0"
# A tenth of a unit each: 2^64 / 10^6 keeps u() in [0, 1) with six digits.
_MACROS = """
create macro u(i, salt) as (hash(i, salt) % 1000000) / 1000000.0;
create macro pick(i, salt, n) as cast(hash(i, salt) % n as int);
create macro joined(c) as cast(floor(u(c, 'joined') * 1500) as int);
create macro stays(c) as 40 + cast(floor((1700 - joined(c)) * power(u(c, 'stays'), 1.5)) as int);
create macro on_day(d) as date '2020-03-01' + cast(d as int);
"""


@dataclass(frozen=True)
class Extract:
    """One entity's rows as SQL over range(n), and how many there are per customer."""

    system: str
    per_customer: float
    sql: str


EXTRACTS: Mapping[str, Extract] = {
    "customers": Extract(
        "crm",
        1,
        """
        select 'C' || i as customer_id, 'Customer ' || i as name,
            ['small', 'middle', 'large'][1 + pick(i, 'seg', 3)] as segment,
            'R' || pick(i, 'reg', 12) as region, ['HU', 'PL', 'AT', 'CZ'][1 + pick(i, 'cty', 4)] as country,
            ['web', 'fair', 'partner', 'phone', 'referral'][1 + pick(i, 'acq', 5)] as acquisition_channel,
            ['none', 'free', 'discount'][1 + pick(i, 'off', 3)] as acquisition_offer,
            'owner' || pick(i, 'own', 40) as account_owner,
            ['bronze', 'silver', 'gold', null][1 + pick(i, 'tier', 4)] as loyalty_tier
        from range(1, 1 + {n}) t(i)
        """,
    ),
    "customers_changed": Extract(
        "crm",
        0.1,
        """
        select 'C' || (i * 7) as customer_id, 'Customer ' || (i * 7) as name,
            ['small', 'middle', 'large'][1 + pick(i, 'seg2', 3)] as segment,
            'R' || pick(i * 7, 'reg', 12) as region, ['HU', 'PL', 'AT', 'CZ'][1 + pick(i * 7, 'cty', 4)] as country,
            ['web', 'fair', 'partner', 'phone', 'referral'][1 + pick(i * 7, 'acq', 5)] as acquisition_channel,
            ['none', 'free', 'discount'][1 + pick(i * 7, 'off', 3)] as acquisition_offer,
            'owner' || pick(i, 'own2', 40) as account_owner,
            ['bronze', 'silver', 'gold', null][1 + pick(i, 'tier2', 4)] as loyalty_tier
        from range(1, 1 + {n}) t(i)
        """,
    ),
    "orders": Extract(
        "crm",
        18.6,
        """
        select 'O' || i as order_id, 'C' || c as customer_id,
            strftime(on_day(joined(c) + floor(u(i, 'day') * stays(c))), '%Y-%m-%d') as ordered_at,
            case when u(i, 'st') < 0.97 then 'completed' else 'cancelled' end as status,
            ['shop', 'web', 'marketplace'][1 + pick(i, 'ch', 3)] as channel,
            cast(5 + pick(i, 'amt', 200) as varchar) || '.' || lpad(cast(pick(i, 'cent', 100) as varchar), 2, '0')
                as amount,
            'EUR' as currency
        from (select i, 1 + cast(floor({customers} * power(u(i, 'who'), 1.2)) as int) as c from range(1, 1 + {n}) t(i))
        """,
    ),
    "refunds": Extract(
        "crm",
        0.36,
        """
        select 'F' || i as refund_id, 'O' || (i * 50) as order_id,
            strftime(on_day(1 + pick(i, 'rday', 1760)), '%Y-%m-%d') as refunded_at,
            cast(1 + pick(i, 'ramt', 60) as varchar) || '.00' as amount, 'EUR' as currency
        from range(1, 1 + {n}) t(i)
        """,
    ),
    "contracts": Extract(
        "crm",
        0.5,
        """
        select 'K' || i as contract_id, 'C' || (i * 2) as customer_id,
            ['basic', 'plus', 'pro'][1 + pick(i, 'plan', 3)] as plan,
            ['1', '12', '24'][1 + pick(i, 'term', 3)] as term_months,
            strftime(on_day(joined(i * 2) + case row_number when 2 then 200 else 0 end), '%Y-%m-%d') as starts_on,
            case when u(i, 'ends') < 0.6 and row_number = 1
                then strftime(on_day(joined(i * 2) + 30 + floor(u(i, 'len') * 1400)), '%Y-%m-%d') end as ends_on,
            cast(10 * row_number + pick(i, 'mrr', 90) as varchar) || '.00' as mrr,
            case when u(i, 'cur') < 0.1 then 'PLN' else 'EUR' end as currency, 'price' as end_reason
        from range(1, 1 + {n}) t(i) cross join (values (1), (2)) as r (row_number)
        where row_number = 1 or u(i, 'rise') < 0.1
        """,
    ),
    "interactions": Extract(
        "crm",
        3,
        """
        select 'I' || i as interaction_id, 'C' || (1 + pick(i, 'who', {customers})) as customer_id,
            strftime(on_day(pick(i, 'day', 1767)), '%Y-%m-%d') || 'T10:00:00Z' as occurred_at,
            ['email', 'voice', 'chatbot', 'visit'][1 + pick(i, 'ch', 4)] as channel,
            ['in', 'out'][1 + pick(i, 'dir', 2)] as direction, 'message' as kind, 'true' as completed
        from range(1, 1 + {n}) t(i)
        """,
    ),
    "cases": Extract(
        "crm",
        0.3,
        """
        select 'S' || i as case_id, 'C' || (1 + pick(i, 'who', {customers})) as customer_id,
            strftime(on_day(pick(i, 'day', 1760)), '%Y-%m-%d') || 'T09:00:00Z' as opened_at,
            strftime(on_day(pick(i, 'day', 1760)), '%Y-%m-%d') || 'T' || (10 + pick(i, 'h', 13)) || ':30:00Z'
                as first_response_at,
            strftime(on_day(pick(i, 'day', 1760) + 1 + pick(i, 'res', 6)), '%Y-%m-%d') || 'T12:00:00Z' as resolved_at,
            ['email', 'voice', 'chatbot', 'web'][1 + pick(i, 'ch', 4)] as channel,
            ['bugs', 'billing', 'service'][1 + pick(i, 'cat', 3)] as category,
            case when u(i, 'cmp') < 0.2 then 'true' else 'false' end as is_complaint, 'resolved' as status
        from range(1, 1 + {n}) t(i)
        """,
    ),
    "exchange_rates": Extract(
        "finance",
        0,
        """
        select strftime(on_day(0) + to_months(cast(i as int)), '%Y-%m-01') as month, 'PLN' as currency,
            '0.2' || cast(10 + pick(i, 'fx', 20) as varchar) as rate_to_base
        from range(-1, 58) t(i)
        """,
    ),
    "surveys": Extract("survey", 0, "select 'nps' as survey_id, 'Relationship' as name, 'nps' as type"),
    "survey_questions": Extract(
        "survey",
        0,
        "select 'nps' as survey_id, 'score' as question, 'score' as role, '0' as scale_min, '10' as scale_max, "
        "'true' as higher_is_better",
    ),
    "survey_responses": Extract(
        "survey",
        3,
        """
        select 'A' || i as response_id, 'nps' as survey_id, 'C' || (1 + pick(i, 'who', {customers})) as customer_id,
            strftime(on_day(pick(i, 'day', 1767)), '%Y-%m-%d') || 'T08:00:00Z' as responded_at, 'completed' as status,
            'email' as channel
        from range(1, 1 + {n}) t(i)
        """,
    ),
    "survey_answers": Extract(
        "survey",
        3,
        "select 'A' || i as response_id, 'score' as question, cast(pick(i, 'score', 11) as varchar) as value "
        "from range(1, 1 + {n}) t(i)",
    ),
}
_ORIGIN = (
    "'{source}' as _source, '{file}' as _file, '{file}' as _file_sha256, "
    "cast(row_number() over () as varchar) as _record, '{day}' as _delivered_on, 'file name' as _delivered_by, "
    "'{load}' as _dlt_load_id"
)


def land(landing: Path, customers: int) -> dict[str, int]:
    """Writes the landing of a company with so many customers; rows by entity. An existing landing is kept as it is."""
    done = landing / "rows.json"
    if done.exists():
        return {str(name): int(rows) for name, rows in json.loads(done.read_text(encoding="utf-8")).items()}
    rows: dict[str, int] = {}
    with duckdb.connect(config={"threads": 2}) as connection:
        for statement in filter(str.strip, _MACROS.split(";")):
            connection.execute(statement)
        for name, extract in EXTRACTS.items():
            rows[name] = _write(connection, landing, name, extract, customers)
    for system in ("crm", "finance", "survey"):
        loads = landing / system / "_dlt_loads"
        loads.mkdir(parents=True, exist_ok=True)
        (loads / "files.jsonl").write_text(json.dumps({"load_id": LOAD, "status": 0}) + "\n", encoding="utf-8")
    done.write_text(json.dumps(rows), encoding="utf-8")
    return rows


def _write(connection: duckdb.DuckDBPyConnection, landing: Path, name: str, extract: Extract, customers: int) -> int:
    """One Parquet file of an entity and the receipt of it."""
    entity = name.removesuffix("_changed")
    day = LAST_DAY if name != "customers" else "2020-03-31"
    origin = _ORIGIN.format(source=extract.system, file=f"{name}_{day}.csv", day=day, load=LOAD)
    body = extract.sql.format(n=round(customers * extract.per_customer), customers=customers)
    folder = landing / extract.system / entity
    folder.mkdir(parents=True, exist_ok=True)
    rows_as_text = f"select columns(*)::varchar, {origin} from ({body})"
    target = folder / f"{LOAD}.{name}.parquet"
    counted = connection.execute(f"copy ({rows_as_text}) to '{target}' (format parquet)").fetchone()
    rows = int(counted[0]) if counted else 0
    receipts = landing / extract.system / "delivered_files"
    receipts.mkdir(parents=True, exist_ok=True)
    connection.execute(
        f"copy (select '{entity}' as entity, '{rows}' as rows, '0' as unparsed, {origin}) "
        f"to '{receipts / f'{LOAD}.{name}.parquet'}' (format parquet)"
    )
    return rows
