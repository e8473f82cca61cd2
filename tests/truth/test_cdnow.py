"""CDNOW, a real company: every published figure of its 18 months against plain SQL on the purchase lines.

The second computation reads the data file in its own way and looks at nothing of the mapping or the dbt project: a
customer is active on a day if some purchase lies in the 90 days up to it. It explodes every purchase to the 90 days it
keeps its customer active.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import duckdb
import pypdfium2
import pytest

from orchestration.landing.extract import extract
from orchestration.settings import PROJECT_ROOT, load_settings
from tests.pipeline import holdfast

CONFIG = PROJECT_ROOT / "examples" / "cdnow" / "config"
MONTH = "1998-06"
MONTHS = 18
PURCHASES, CUSTOMERS = 69_659, 23_570

# Fixed-width text: customer, day as yyyymmdd, CDs, dollars.
PURCHASES_SQL = """
create table purchases as
with lines as (
    select trim(column0) as line from read_csv(
        ?, header = false, skip = 1, columns = {'column0': 'varchar'}, delim = '|', quote = '', escape = '',
        auto_detect = false, new_line = '\\r\\n'
    )
)
select
    regexp_extract(line, '^([0-9]+) ', 1) as customer,
    strptime(regexp_extract(line, '^[0-9]+ +([0-9]{8}) ', 1), '%Y%m%d')::date as day,
    regexp_extract(line, '([0-9.]+)$', 1)::decimal(18, 2) as dollars
from lines
"""

MONTHS_SQL = """
create table months as
select
    day::date as first_day,
    (day + interval 1 month - interval 1 day)::date as last_day,
    (day - interval 1 day)::date as day_before
from generate_series(date '1997-01-01', date '1998-06-01', interval 1 month) as t (day)
"""

# One row per customer and day on which some purchase of the last 90 days keeps the customer active.
ACTIVE_SQL = """
create table active_days as
select distinct customer, day + back::integer as day
from (select distinct customer, day from purchases), range(90) as t (back)
"""

LEDGER_SQL = """
with edges as (
    select
        months.first_day,
        customers.customer,
        customers.first_purchase < months.first_day as was_there_before,
        before.customer is not null as is_start,
        at_end.customer is not null as is_end
    from months
    cross join (select customer, min(day) as first_purchase from purchases group by customer) as customers
    left join active_days as before on customers.customer = before.customer and months.day_before = before.day
    left join active_days as at_end on customers.customer = at_end.customer and months.last_day = at_end.day
)
select
    first_day,
    count(*) filter (where is_start),
    count(*) filter (where is_end),
    count(*) filter (where is_start and is_end),
    count(*) filter (where is_start and not is_end),
    count(*) filter (where is_end and not is_start and not was_there_before),
    count(*) filter (where is_end and not is_start and was_there_before)
from edges group by first_day order by first_day
"""

COHORTS_SQL = """
with firsts as (
    select customer, date_trunc('month', min(day))::date as cohort from purchases group by customer
),

sizes as (select cohort, count(*) as customers from firsts group by cohort)

select
    firsts.cohort,
    datediff('month', firsts.cohort, purchases.day) as age,
    any_value(sizes.customers),
    count(distinct purchases.customer)
from purchases
inner join firsts on purchases.customer = firsts.customer
inner join sizes on firsts.cohort = sizes.cohort
group by firsts.cohort, age order by firsts.cohort, age
"""

ORDERS_SQL = """
with per_customer as (
    select months.first_day, purchases.customer, count(*) as purchases
    from months inner join purchases on purchases.day <= months.last_day
    group by months.first_day, purchases.customer
),

repeats as (
    select first_day, count(*) filter (where purchases >= 2) as repeat_buyers, count(*) as buyers
    from per_customer group by first_day
),

in_month as (
    select
        date_trunc('month', day)::date as first_day,
        count(*) as orders,
        sum(dollars) as revenue,
        count(distinct customer) as buyers
    from purchases group by all
)

select
    repeats.first_day,
    in_month.orders,
    in_month.buyers,
    in_month.revenue,
    repeats.repeat_buyers,
    repeats.buyers,
    round(repeats.repeat_buyers / repeats.buyers, 9)
from repeats inner join in_month on repeats.first_day = in_month.first_day order by repeats.first_day
"""

# Twelve months (or, at 0, everything) up to each month's end: what each customer bought, and who bought most.
TRAILING_SQL = """
with bought as (
    select months.first_day, purchases.customer, count(*) as orders, sum(dollars) as dollars
    from months inner join purchases
        on purchases.day <= months.last_day
        and (? = 0 or purchases.day >= months.first_day - interval 11 month)
    group by months.first_day, purchases.customer
),

ranked as (
    select
        *,
        row_number() over (partition by first_day order by dollars desc, customer) as place,
        count(*) over (partition by first_day) as buyers,
        sum(dollars) over (partition by first_day) as revenue,
        sum(dollars) over (
            partition by first_day order by dollars desc, customer rows unbounded preceding
        ) as dollars_down_to
    from bought
)

select
    first_day,
    sum(orders)::bigint,
    any_value(buyers),
    round(sum(orders) / any_value(buyers), 9),
    sum(dollars) filter (where place <= ceil(buyers / 5)),
    round(sum(dollars) filter (where place <= ceil(buyers / 5))::double / any_value(revenue)::double, 9),
    count(*) filter (where dollars_down_to - dollars < 0.8 * revenue)
from ranked group by first_day order by first_day
"""

# Sets at the quarter's own edges: the day before its first day, its last day.
QUARTERS_SQL = """
with quarters as (
    select
        day::date as first_day,
        (day + interval 3 month - interval 1 day)::date as last_day,
        (day - interval 1 day)::date as day_before
    from generate_series(date '1997-01-01', date '1998-04-01', interval 3 month) as t (day)
)

select
    first_day,
    (select count(*) from active_days where day = day_before),
    (select count(*) from active_days where day = last_day),
    (
        select count(*) from active_days as before
        inner join active_days as at_end on before.customer = at_end.customer
        where before.day = day_before and at_end.day = last_day
    ),
    (select count(*) from purchases where day between first_day and last_day),
    (select sum(dollars) from purchases where day between first_day and last_day)
from quarters order by first_day
"""

COMPANY = "audience = '(all)' and scope_type = 'company' and period_type = 'month'"


def data_file() -> Path:
    """Where the installed package keeps the purchases; the package itself is never imported."""
    return Path(str(distribution("lifetimes").locate_file("lifetimes/datasets/CDNOW_master.txt")))


@pytest.fixture(scope="module")
def plain() -> Iterator[duckdb.DuckDBPyConnection]:
    """The purchases, the months and the active days, computed from the data file alone."""
    with duckdb.connect() as connection:
        connection.execute(PURCHASES_SQL, [str(data_file())])
        connection.execute(MONTHS_SQL)
        connection.execute(ACTIVE_SQL)
        yield connection


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder after `holdfast run` on the file as it is published."""
    folder = tmp_path_factory.mktemp("cdnow")
    (folder / "cdnow").mkdir()
    shutil.copy(data_file(), folder / "cdnow")
    done = holdfast(folder, "run", "--month", MONTH, config=CONFIG)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]
    return folder


@pytest.fixture(scope="module")
def marts(data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """What was published of it."""
    path = load_settings({"HOLDFAST_CONFIG": str(CONFIG), "HOLDFAST_DATA": str(data)}).published_marts
    with duckdb.connect(str(path.resolve()), read_only=True) as connection:
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def test_the_file_is_the_one_the_papers_describe(plain: duckdb.DuckDBPyConnection) -> None:
    assert rows(plain, "select count(*), count(distinct customer), min(day)::text, max(day)::text from purchases") == [
        (PURCHASES, CUSTOMERS, "1997-01-01", "1998-06-30")
    ]


def test_the_mapping_lands_every_purchase_and_every_customer(tmp_path: Path, plain: duckdb.DuckDBPyConnection) -> None:
    settings = load_settings({"HOLDFAST_CONFIG": str(CONFIG), "HOLDFAST_DATA": str(tmp_path)})
    (tmp_path / "cdnow").mkdir()
    shutil.copy(data_file(), tmp_path / "cdnow")
    result = extract(settings)
    assert [(file.entity, file.rows, file.unparsed) for file in result.files] == [
        ("orders", PURCHASES, 0),
        ("customers", CUSTOMERS, 0),
    ]
    orders = f"read_parquet('{tmp_path}/landing/crm/orders/*.parquet')"
    found = rows(
        plain,
        "select customer_id, strptime(ordered_at, '%Y%m%d')::date, amount::decimal(18, 2), count(*) "
        f"from {orders} group by all order by all",
    )
    assert found == rows(plain, "select customer, day, dollars, count(*) from purchases group by all order by all")
    numbered = "count(distinct order_id), max(order_id::integer), any_value(status), any_value(currency)"
    assert rows(plain, f"select {numbered} from {orders}") == [(PURCHASES, PURCHASES, "completed", "USD")]
    customers = f"read_parquet('{tmp_path}/landing/crm/customers/*.parquet')"
    assert rows(plain, f"select customer_id from {customers} order by 1") == rows(
        plain, "select distinct customer from purchases order by 1"
    )


@pytest.mark.pipeline
@pytest.mark.timeout(900)
def test_who_stayed_left_came_and_came_back_in_every_month(
    plain: duckdb.DuckDBPyConnection, marts: duckdb.DuckDBPyConnection
) -> None:
    published = rows(
        marts,
        "select period_start, customers_start, customers_end, retained_customers, lost_customers, new_customers, "
        f"reactivated_customers from rpt_retention where {COMPANY} order by period_start",
    )
    assert len(published) == MONTHS
    assert published == rows(plain, LEDGER_SQL)


@pytest.mark.pipeline
@pytest.mark.timeout(900)
def test_ordered_cohorts(plain: duckdb.DuckDBPyConnection, marts: duckdb.DuckDBPyConnection) -> None:
    published = rows(
        marts,
        "select cohort_month, age_months, cohort_size, active_customers from rpt_cohorts "
        f"where {COMPANY} and cohort_basis = 'ordered' and not is_open order by cohort_month, age_months",
    )
    assert len(published) == 18 + 17 + 16
    assert published == rows(plain, COHORTS_SQL)


@pytest.mark.pipeline
@pytest.mark.timeout(900)
def test_orders_and_repeat_rate(plain: duckdb.DuckDBPyConnection, marts: duckdb.DuckDBPyConnection) -> None:
    published = rows(
        marts,
        "select period_start, orders, buyers, revenue, repeat_buyers, buyers_ever, repeat_rate "
        f"from rpt_orders where {COMPANY} order by period_start",
    )
    assert len(published) == MONTHS
    assert published == rows(plain, ORDERS_SQL)


@pytest.mark.pipeline
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("months", "period_type"), [(12, "month"), (0, "history")])
def test_frequency_and_concentration_of_twelve_months_and_of_all(
    plain: duckdb.DuckDBPyConnection, marts: duckdb.DuckDBPyConnection, months: int, period_type: str
) -> None:
    published = rows(
        marts,
        "select date_trunc('month', period_end)::date, orders_12m, buyers_12m, purchase_frequency, top20_revenue, "
        "top20_share, main_buyers from rpt_orders where audience = '(all)' and scope_type = 'company' "
        f"and period_type = '{period_type}' order by period_end",
    )
    assert len(published) == MONTHS
    assert published == plain.execute(TRAILING_SQL, [months]).fetchall()


@pytest.mark.pipeline
@pytest.mark.timeout(900)
def test_the_figures_quoted_of_the_whole_history(marts: duckdb.DuckDBPyConnection) -> None:
    history = rows(
        marts,
        "select orders, buyers, round(aov, 2), round(purchase_frequency, 2), round(top20_share, 3) from rpt_orders "
        "where audience = '(all)' and scope_type = 'company' and period_type = 'history' and period_end = '1998-06-30'",
    )
    assert history == [(PURCHASES, CUSTOMERS, 35.89, 2.96, 0.678)]
    # In the window of the last month alone the same purchases make another frequency.
    assert rows(
        marts, f"select round(orders / buyers, 2) from rpt_orders where {COMPANY} and period_end = '1998-06-30'"
    ) == [(1.36,)]


@pytest.mark.pipeline
@pytest.mark.timeout(900)
def test_quarters_are_taken_at_their_own_edges(
    plain: duckdb.DuckDBPyConnection, marts: duckdb.DuckDBPyConnection
) -> None:
    whole = "audience = '(all)' and scope_type = 'company' and period_type = 'quarter'"
    customers = rows(
        marts,
        "select period_start, customers_start, customers_end, retained_customers "
        f"from rpt_retention where {whole} order by period_start",
    )
    bought = rows(marts, f"select period_start, orders, revenue from rpt_orders where {whole} order by period_start")
    published = [(*left, *right[1:]) for left, right in zip(customers, bought, strict=True)]
    assert published == rows(plain, QUARTERS_SQL)
    last_of_1997 = {row[0].isoformat(): row for row in published}["1997-10-01"]
    assert round(100 * last_of_1997[3] / last_of_1997[1], 1) == 48.5
    # The same quarter by adding up its months: whom each month kept of whom it began with.
    by_months = "select round(100 * sum(retained_customers) / sum(customers_start), 1) from rpt_retention"
    assert rows(marts, f"{by_months} where {COMPANY} and period_start between '1997-10-01' and '1997-12-01'") == [
        (78.9,)
    ]


@pytest.mark.pipeline
@pytest.mark.timeout(900)
def test_the_report_leaves_out_what_was_not_delivered(data: Path) -> None:
    with pypdfium2.PdfDocument(data / "reports" / MONTH / "management.pdf") as report:
        pages = [page.get_textpage().get_text_range() for page in report]
    assert len(pages) >= 5
    assert not any("NPS" in page for page in pages[:-1])
    assert "Satisfaction" in pages[-1]
    assert len(list((data / "outbox" / MONTH).glob("*.eml"))) == 1
