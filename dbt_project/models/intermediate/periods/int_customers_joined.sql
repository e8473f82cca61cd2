-- The first active day in a month, quarter or year of who was not there on the day before it: the day whose plan counts.
-- Only where it may differ from the plan of the day before.
with final as (
    select
        customer_id,
        block_start as period_start,
        min(changed_on) as joined_on
    from {{ ref('int_period_changes') }}
    where change <> 'lost' and (plan_key > 0 or is_plan_changed)
    group by customer_id, block_start
)

select * from final
