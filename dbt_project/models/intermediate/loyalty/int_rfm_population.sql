{{ config(materialized='view') }}

-- Who ordered in the 24 months that end with a month: how lately, how often and for how much in the last twelve; whether
-- active on the last day and, if so, still a month later.
with population as (
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
    inner join {{ ref('int_periods') }} as periods
        on {{ is_within('periods.period_start', 'states.valid_from', 'states.valid_until') }}
    where periods.period_type = 'month' and states.last_ordered_on >= {{ add_months('periods.period_start', -23) }}
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
