{{ config(materialized='view') }}
-- Who came in a period: not there on the day before it, but on some day of it. One row per period and customer.
with final as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        changes.customer_id,
        changes.changed_on as joined_on,
        changes.is_new,
        changes.change = 'joined' as is_end,
        changes.attributes_key,
        changes.plan_key
    from {{ ref('int_period_changes') }} as changes
    inner join {{ ref('int_periods') }} as periods
        on
            changes.block_type = periods.block_type
            and changes.block_start = periods.period_start
            and periods.period_end between changes.first_end and changes.last_end
    where changes.change <> 'lost'
)

select * from final
