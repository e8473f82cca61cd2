-- The first active day in a month, quarter or year of who was not there on the day before it: the day whose plan counts,
-- with that plan. Only where it may differ from the plan of the day before.
with joiners as (
    select
        customer_id,
        block_start as period_start,
        min(changed_on) as joined_on,
        -- Blocks that start together see the same first day, and so the same plan.
        min(plan_key) as plan_key
    from {{ ref('int_period_changes') }}
    where change <> 'lost' and (plan_key > 0 or is_plan_changed)
    group by customer_id, block_start
),

final as (
    select
        joiners.customer_id,
        identified.customer_number,
        joiners.period_start,
        joiners.joined_on,
        joiners.plan_key
    from joiners
    inner join {{ ref('int_customers_identified') }} as identified on joiners.customer_id = identified.customer_id
)

select * from final
