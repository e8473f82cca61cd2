{{ config(materialized='view') }}

-- Who ordered in the 24 months that end with a month: how lately, how often and for how much in the last twelve; whether
-- active on the last day and, if so, still a month later; and where the customer belongs in the month (placement.sql).
with months as (
    select
        period_start,
        period_end
    from {{ ref('int_periods') }}
    where period_type = 'month'
),

profiles as (
    select
        customer_number,
        attributes_key,
        plan_key,
        valid_from,
        valid_until,
        lag(attributes_key) over (partition by customer_number order by valid_from) as previous_attributes_key,
        lag(plan_key) over (partition by customer_number order by valid_from) as previous_plan_key
    from {{ ref('int_customer_profiles') }}
),

-- Who joined within a month stands in it with the plan of that day, and from the next one on with that of the day before.
joined as (
    select
        joined.customer_number,
        joined.period_start,
        joined.plan_key - day_before.plan_key as plan_key
    from {{ ref('int_customers_joined') }} as joined
    inner join profiles as day_before
        on
            joined.customer_number = day_before.customer_number
            and {{ is_within(add_days('joined.period_start', -1), 'day_before.valid_from', 'day_before.valid_until') }}
    where
        joined.joined_on <= {{ month_end('joined.period_start') }}
        and joined.plan_key <> day_before.plan_key
),

-- What changes with a month, as differences: added up, they say where a customer belongs in it and whether active on its
-- last day.
changes as (
    select
        customer_number,
        {{ add_months(month_of('valid_from'), 1) }} as valid_from,
        attributes_key - coalesce(previous_attributes_key, 0) as attributes_key,
        plan_key - coalesce(previous_plan_key, 0) as plan_key,
        0 as active
    from profiles
    {%- for months_later, sign in [(0, ''), (1, '-')] %}

    union all

    select
        customer_number,
        {{ add_months('period_start', months_later) }} as valid_from,
        0 as attributes_key,
        {{ sign }}plan_key as plan_key,
        0 as active
    from joined
    {%- endfor %}
    {%- for edge, sign in [('started_on', ''), ('ended_on', '-')] %}

    union all

    select
        customer_number,
        {{ month_of(edge) }} as valid_from,
        0 as attributes_key,
        0 as plan_key,
        {{ sign }}1 as active
    from {{ ref('int_activity_spells') }}
    where {{ edge }} is not null
    {%- endfor %}
),

change_months as (
    select
        customer_number,
        valid_from,
        cast(sum(attributes_key) as integer) as attributes_key,
        cast(sum(plan_key) as integer) as plan_key,
        cast(sum(active) as integer) as active
    from changes
    group by customer_number, valid_from
),

places as (
    select
        customer_number,
        valid_from,
        coalesce(lead(valid_from) over customer_months, {{ far_future() }}) as valid_until,
        cast(sum(attributes_key) over so_far as integer) as attributes_key,
        cast(sum(plan_key) over so_far as integer) as plan_key,
        cast(sum(active) over so_far as integer) as active,
        cast(sum(active) over one_further as integer) as active_afterwards
    from change_months
    window
        customer_months as (partition by customer_number order by valid_from),
        so_far as (partition by customer_number order by valid_from rows between unbounded preceding and current row),
        one_further as (
            partition by customer_number order by valid_from rows between unbounded preceding and 1 following
        )
),

states as (
    select
        customer_number,
        last_ordered_on,
        orders_12m,
        revenue_12m,
        valid_from,
        least(
            coalesce(valid_until, {{ far_future() }}), {{ add_months(month_of('last_ordered_on'), 24) }}
        ) as valid_until
    from {{ ref('int_customer_order_states') }}
    where last_ordered_on is not null
),

placed as (
    select
        states.last_ordered_on,
        states.orders_12m,
        states.revenue_12m,
        places.attributes_key,
        places.plan_key,
        places.active,
        places.active_afterwards,
        places.valid_until as placed_until,
        greatest(states.valid_from, places.valid_from) as valid_from,
        least(states.valid_until, places.valid_until) as valid_until
    from states
    inner join places
        on
            states.customer_number = places.customer_number
            and states.valid_from < places.valid_until
            and places.valid_from < states.valid_until
),

-- The few spans of months there are, each with its months: matched by equality instead of by ranges.
span_months as (
    select
        spans.valid_from,
        spans.valid_until,
        months.period_end,
        {{ add_months('months.period_start', 1) }} as next_start
    from (select distinct valid_from, valid_until from placed) as spans
    inner join months on spans.valid_from <= months.period_start and months.period_start < spans.valid_until
),

final as (
    select
        span_months.period_end,
        placed.attributes_key,
        placed.plan_key,
        placed.last_ordered_on,
        placed.orders_12m,
        placed.revenue_12m,
        placed.active as retention_denominator,
        case
            when span_months.next_start < placed.placed_until then placed.active
            else placed.active * placed.active_afterwards
        end as retention_numerator
    from placed
    inner join span_months
        on placed.valid_from = span_months.valid_from and placed.valid_until = span_months.valid_until
)

select * from final
