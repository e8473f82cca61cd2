-- How every buyer stands at a month's end, for counts and for the ranking by revenue. Rows of block_type `any` hold for the
-- month, the quarter and the year to date that end there; where a customer's place is another in one of these, a row of
-- weight -1 takes it out of the wrong place and one of weight 1 puts it into the right one.
with months as (
    select period_start as month_start, period_end
    from {{ ref('int_periods') }}
    where period_type = 'month'
),

profile_months as (
    {{ profile_months() }}
),

in_place as (
    select
        states.*,
        profile_months.attributes_key,
        profile_months.plan_key,
        greatest(states.valid_from, profile_months.placed_from) as placed_from,
        least(
            coalesce(states.valid_until, {{ far_future() }}), coalesce(profile_months.placed_until, {{ far_future() }})
        ) as placed_until
    from {{ ref('int_customer_order_states') }} as states
    inner join profile_months
        on
            states.customer_id = profile_months.customer_id
            and (states.valid_until is null or profile_months.placed_from < states.valid_until)
            and (profile_months.placed_until is null or states.valid_from < profile_months.placed_until)
),

otherwise_placed as (
    select
        states.*,
        places.block_type,
        months.period_end,
        places.attributes_key,
        places.plan_key,
        places.month_attributes_key,
        places.month_plan_key
    from {{ ref('int_order_places') }} as places
    inner join {{ ref('int_customer_order_states') }} as states
        on
            places.customer_id = states.customer_id
            and {{ is_within('places.month_start', 'states.valid_from', 'states.valid_until') }}
    inner join months on places.month_start = months.month_start
),

standings as (
    select
        'any' as block_type, months.period_end, in_place.attributes_key, in_place.plan_key, in_place.order_channel,
        1 as weight, in_place.orders_12m as orders, in_place.revenue_12m as revenue, in_place.orders_ever
    from in_place
    inner join months on months.month_start >= in_place.placed_from and months.month_start < in_place.placed_until

    union all

    select
        block_type, period_end, month_attributes_key, month_plan_key, order_channel,
        -1 as weight, orders_12m, revenue_12m, orders_ever
    from otherwise_placed

    union all

    select
        block_type, period_end, attributes_key, plan_key, order_channel,
        1 as weight, orders_12m, revenue_12m, orders_ever
    from otherwise_placed

    union all

    select
        'history' as block_type, months.period_end, places.attributes_key,
        case when months.month_start >= places.joined_month then places.joined_plan_key else places.plan_key end as plan_key,
        states.order_channel, 1 as weight, states.orders_history, states.revenue_history, states.orders_ever
    from {{ ref('int_customer_order_states') }} as states
    inner join {{ ref('int_order_history_places') }} as places on states.customer_id = places.customer_id
    inner join months on {{ is_within('months.month_start', 'states.valid_from', 'states.valid_until') }}
),

final as (
    select
        block_type,
        period_end,
        attributes_key,
        plan_key,
        order_channel,
        weight,
        orders,
        revenue,
        orders_ever,
        -- Steps of two and a half per cent: -1 who is no buyer, 0 who brought nothing.
        case
            when orders = 0 then -1
            when revenue <= 0 then 0
            else 1 + cast(floor(40 * ln(cast(revenue as double) * 100)) as integer)
        end as step
    from standings
    where orders <> 0 or revenue <> 0 or orders_ever <> 0
)

select * from final
