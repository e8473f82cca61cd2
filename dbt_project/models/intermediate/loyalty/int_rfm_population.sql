-- Who ordered in the 24 months that end with a month: how lately, how often and for how much in the last twelve; whether
-- active on the last day and, if so, still a month later.
with months as (
    select * from {{ ref('int_periods') }}
    where period_type = 'month'
),

-- The few spans of months that states have, each with its months: matched by equality instead of by ranges.
state_spans as (
    select distinct valid_from, valid_until from {{ ref('int_customer_order_states') }}
),

state_months as (
    select
        state_spans.valid_from,
        state_spans.valid_until,
        months.*
    from state_spans
    inner join months
        on {{ is_within('months.period_start', 'state_spans.valid_from', 'state_spans.valid_until') }}
),

population as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        {{ month_end(add_months(month_of('periods.period_end'), 1)) }} as next_end,
        states.customer_id,
        states.last_ordered_on,
        states.orders_12m,
        states.revenue_12m
    from {{ ref('int_customer_order_states') }} as states
    inner join state_months as periods
        on
            states.valid_from = periods.valid_from
            and states.valid_until is not distinct from periods.valid_until
    where states.last_ordered_on >= {{ add_months('periods.period_start', -23) }}
),

active as (
    select
        population.*,
        spells.customer_id is not null as is_active,
        spells.ended_on
    from population
    left join {{ ref('int_activity_spells') }} as spells
        on
            population.customer_id = spells.customer_id
            and {{ is_within('population.period_end', 'spells.started_on', 'spells.ended_on') }}
),

followed as (
    select
        active.period_type,
        active.period_start,
        active.period_end,
        active.customer_id,
        active.last_ordered_on,
        active.orders_12m,
        active.revenue_12m,
        case when active.is_active then 1 else 0 end as retention_denominator,
        case
            when active.is_active and (
                active.ended_on is null or active.ended_on > active.next_end or later.customer_id is not null
            ) then 1
            else 0
        end as retention_numerator
    from active
    -- Who ended before the next month did may have come back within it.
    left join {{ ref('int_activity_spells') }} as later
        on
            active.customer_id = later.customer_id
            and active.ended_on <= active.next_end
            and {{ is_within('active.next_end', 'later.started_on', 'later.ended_on') }}
),

final as (
    {{ placed_keys('followed') }}
)

select * from final
