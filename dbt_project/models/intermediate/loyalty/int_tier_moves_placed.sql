{{ config(materialized='view') }}

-- Customers whose tier on a period's last day is another than on the day before it. Two changes that end where they began
-- are no move; who is first delivered with a tier had it before.
with moves as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        starting.customer_id,
        starting.tier as from_tier,
        ending.tier as to_tier
    from {{ ref('int_periods') }} as periods
    inner join {{ ref('int_loyalty_tiers') }} as ending
        on
            -- The tier of the last day came inside the period.
            ending.valid_from between periods.period_start and periods.period_end
            and {{ is_within('periods.period_end', 'ending.valid_from', 'ending.valid_until') }}
    inner join {{ ref('int_loyalty_tiers') }} as starting
        on
            ending.customer_id = starting.customer_id
            and {{ is_within('periods.day_before', 'starting.valid_from', 'starting.valid_until') }}
    where starting.tier <> ending.tier
),

final as (
    {{ placed_customers('moves') }}
)

select * from final
