{{ config(materialized='view') }}
-- Who is lost in a period: there on the day before it, not on its last day. One row per period and customer.
with final as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        changes.customer_id,
        identified.customer_number,
        changes.changed_on as lost_on,
        changes.is_provisional,
        changes.attributes_key,
        changes.plan_key
    from {{ ref('int_period_changes') }} as changes
    inner join {{ ref('int_periods') }} as periods
        on
            changes.block_type = periods.block_type
            and changes.block_start = periods.period_start
            and periods.period_end between changes.first_end and changes.last_end
    inner join {{ ref('int_customers_identified') }} as identified on changes.customer_id = identified.customer_id
    where changes.change = 'lost'
)

select * from final
