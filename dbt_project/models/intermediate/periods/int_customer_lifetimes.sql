-- When a customer first was one, and the cohort that makes. The cohort is taken from contract starts and counted orders
-- alone: an order paid back in full within its own month gave days of activity, but it counts nowhere.
with contract_starts as (
    select
        customer_id,
        min(starts_on) as joined_on
    from {{ ref('int_contract_price_periods') }}
    where {{ gives_activity('mrr') }}
    group by customer_id
),

first_orders as (
    select
        customer_id,
        min(ordered_on) as joined_on
    from {{ ref('int_orders_counted') }}
    where is_counted
    group by customer_id
),

joins as (
    {% if var('activity_rule') in ('contract', 'either') -%}
    select * from contract_starts
    {% endif -%}
    {% if var('activity_rule') == 'either' -%}
    union all
    {% endif -%}
    {% if var('activity_rule') in ('orders', 'either') -%}
    select * from first_orders
    {% endif -%}
),

joined as (
    select
        customer_id,
        {{ month_of('min(joined_on)') }} as cohort_month
    from joins
    group by customer_id
),

final as (
    select
        spells.customer_id,
        min(spells.started_on) as first_active_on,
        max(joined.cohort_month) as cohort_month
    from {{ ref('int_activity_spells') }} as spells
    left join joined on spells.customer_id = joined.customer_id
    group by spells.customer_id
)

select * from final
