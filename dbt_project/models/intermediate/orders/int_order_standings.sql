-- How every buyer stands at the month ends of a span, for counts and for the ranking by revenue: `months` of them, from that
-- of month_number on. Rows of block_type `any` hold for the month, the quarter and the year to date that end there; where a
-- customer's place is another in one of these, a row of weight -1 takes it out of the wrong place and one of weight 1 puts
-- it into the right one.
with bounds as (
    select
        {{ month_number('min(period_start)') }} as first_number,
        {{ month_number('max(period_end)') }} + 1 as end_number
    from {{ ref('int_periods') }}
    where period_type = 'month'
),

profile_months as (
    {{ profile_months() }}
),

states as (
    select
        states.*,
        greatest({{ month_number('states.valid_from') }}, bounds.first_number) as from_number,
        coalesce(least({{ month_number('states.valid_until') }}, bounds.end_number), bounds.end_number) as until_number
    from {{ ref('int_customer_order_states') }} as states
    cross join bounds
),

in_place as (
    select
        states.*,
        profile_months.attributes_key,
        profile_months.plan_key,
        greatest(states.from_number, {{ month_number('profile_months.placed_from') }}) as placed_from_number,
        coalesce(
            least(states.until_number, {{ month_number('profile_months.placed_until') }}), states.until_number
        ) as placed_until_number
    from states
    inner join profile_months on states.customer_number = profile_months.customer_number
),

otherwise_placed as (
    select
        states.*,
        places.block_type,
        {{ month_number('places.month_start') }} as placed_from_number,
        places.attributes_key,
        places.plan_key,
        places.month_attributes_key,
        places.month_plan_key
    from {{ ref('int_order_places') }} as places
    inner join states
        on
            places.customer_number = states.customer_number
            and {{ is_within('places.month_start', 'states.valid_from', 'states.valid_until') }}
),

-- In the history a customer stands in one place until the plan of a later first active day comes.
in_history as (
    select
        states.*,
        places.attributes_key,
        places.plan_key,
        places.joined_plan_key,
        case
            when places.joined_month is null then states.until_number
            else least(greatest({{ month_number('places.joined_month') }}, states.from_number), states.until_number)
        end as joined_number
    from states
    inner join {{ ref('int_order_history_places') }} as places on states.customer_number = places.customer_number
),

standings as (
    select
        'any' as block_type, placed_from_number as month_number, placed_until_number - placed_from_number as months,
        attributes_key, plan_key, order_channel, 1 as weight, orders_12m as orders, revenue_12m as revenue, orders_ever
    from in_place

    union all

    select
        block_type, placed_from_number, 1 as months, month_attributes_key, month_plan_key, order_channel,
        -1 as weight, orders_12m, revenue_12m, orders_ever
    from otherwise_placed

    union all

    select
        block_type, placed_from_number, 1 as months, attributes_key, plan_key, order_channel,
        1 as weight, orders_12m, revenue_12m, orders_ever
    from otherwise_placed

    union all

    select
        'history' as block_type, from_number, joined_number - from_number as months, attributes_key, plan_key,
        order_channel, 1 as weight, orders_history, revenue_history, orders_ever
    from in_history

    union all

    select
        'history' as block_type, joined_number, until_number - joined_number as months, attributes_key, joined_plan_key,
        order_channel, 1 as weight, orders_history, revenue_history, orders_ever
    from in_history
),

stepped as (
    select
        *,
        cast(floor(10 * 32 * ln(cast(case when orders <> 0 and revenue > 0 then revenue end as double) * 100)) as integer) as parts
    from standings
    where months > 0 and (orders <> 0 or revenue <> 0 or orders_ever <> 0)
),

final as (
    select
        strata.stratum,
        {{ order_cell('stepped.block_type', 'stepped.month_number') }} as cell,
        cast(stepped.months as integer) as months,
        stepped.weight,
        stepped.orders,
        stepped.revenue,
        stepped.orders_ever,
        -- Steps of ten per cent: -1 who is no buyer, 0 who brought nothing; and each step in 32 parts.
        case
            when stepped.orders = 0 then -1
            when stepped.revenue <= 0 then 0
            else 1 + cast(floor(stepped.parts / 32) as integer)
        end as step,
        coalesce(mod(stepped.parts, 32), 0) as step_part
    from stepped
    inner join {{ ref('int_order_strata') }} as strata
        on
            stepped.attributes_key = strata.attributes_key
            and stepped.plan_key = strata.plan_key
            and stepped.order_channel = strata.order_channel
)

select * from final
