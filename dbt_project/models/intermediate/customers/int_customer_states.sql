-- What is known of a customer at the end of each month, from the month in which they first were a customer: a row holds
-- for every month from valid_from to the one before valid_until. Everything that changes it is a row of its month; added
-- up (orders, MRR) or carried on (the latest spell and profile), these say what holds.
with last_month as (
    select max(period_start) as period_start
    from {{ ref('int_periods') }}
    where period_type = 'month'
),

changes as (
    select
        customer_number,
        {{ month_of('started_on') }} as valid_from,
        started_on,
        -- Spells follow each other: the latest end is that of the latest one.
        coalesce(ended_on, {{ far_future() }}) as ended_on,
        cast(null as date) as profile_from,
        cast(0 as decimal(18, 2)) as mrr,
        0 as orders
    from {{ ref('int_activity_spells') }}

    union all

    select
        customer_number,
        {{ month_of('valid_from') }} as valid_from,
        null as started_on,
        null as ended_on,
        valid_from as profile_from,
        0 as mrr,
        0 as orders
    from {{ ref('int_customer_profiles') }}
    {%- for edge, sign in [('valid_from', ''), ('valid_until', '-')] %}

    union all

    select
        customer_number,
        {{ month_of(edge) }} as valid_from,
        null as started_on,
        null as ended_on,
        null as profile_from,
        {{ sign }}mrr as mrr,
        0 as orders
    from {{ ref('int_customer_mrr') }}
    where {{ edge }} is not null
    {%- endfor %}

    union all

    select
        customer_number,
        line_month as valid_from,
        null as started_on,
        null as ended_on,
        null as profile_from,
        0 as mrr,
        orders
    from {{ ref('int_customer_order_months') }}
    where orders > 0
),

change_months as (
    select
        changes.customer_number,
        changes.valid_from,
        max(changes.started_on) as started_on,
        max(changes.ended_on) as ended_on,
        max(changes.profile_from) as profile_from,
        cast(sum(changes.mrr) as decimal(18, 2)) as mrr,
        cast(sum(changes.orders) as integer) as orders
    from changes
    inner join last_month on changes.valid_from <= last_month.period_start
    group by changes.customer_number, changes.valid_from
),

states as (
    select
        customer_number,
        valid_from,
        lead(valid_from) over customer_months as valid_until,
        max(started_on) over (customer_months rows between unbounded preceding and current row) as started_on,
        max(ended_on) over (customer_months rows between unbounded preceding and current row) as ended_on,
        max(profile_from) over (customer_months rows between unbounded preceding and current row) as profile_from,
        sum(mrr) over (customer_months rows between unbounded preceding and current row) as mrr,
        sum(orders) over (customer_months rows between unbounded preceding and current row) as orders_to_date
    from change_months
    window customer_months as (partition by customer_number order by valid_from)
),

final as (
    select
        customer_number,
        valid_from,
        valid_until,
        started_on,
        ended_on,
        profile_from,
        cast(mrr as decimal(18, 2)) as mrr,
        cast(orders_to_date as integer) as orders_to_date
    from states
    where started_on is not null
)

select * from final
