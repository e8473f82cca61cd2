-- Where buyers can stand: every combination of attributes, plan and channel of the first order, with one number for the three.
with combinations as (
    select attributes_key, plan_key from {{ ref('int_customer_profiles') }}
    union
    select attributes_key, plan_key from {{ ref('int_order_places') }}
    union
    select attributes_key, plan_key from {{ ref('int_order_history_places') }}
    union
    select attributes_key, joined_plan_key as plan_key from {{ ref('int_order_history_places') }}
),

channels as (
    select distinct order_channel
    from {{ ref('int_customer_order_months') }}
),

final as (
    select
        cast(row_number() over (
            order by combinations.attributes_key, combinations.plan_key, channels.order_channel
        ) as integer) as stratum,
        combinations.attributes_key,
        combinations.plan_key,
        channels.order_channel
    from combinations
    cross join channels
)

select * from final
