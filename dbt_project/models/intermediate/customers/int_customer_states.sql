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

-- Every change of a month holds all of that month: the last of them stays.
states as (
    select
        changes.customer_number,
        changes.valid_from,
        lead(changes.valid_from) over customer_months as valid_until,
        max(changes.started_on) over customer_months as started_on,
        max(changes.ended_on) over customer_months as ended_on,
        max(changes.profile_from) over customer_months as profile_from,
        sum(changes.mrr) over customer_months as mrr,
        sum(changes.orders) over customer_months as orders_to_date
    from changes
    inner join last_month on changes.valid_from <= last_month.period_start
    window customer_months as (partition by changes.customer_number order by changes.valid_from)
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
    where started_on is not null and (valid_until is null or valid_until > valid_from)
)

select * from final
