{{ config(meta={'dagster': {'ref': {'name': 'fct_retention'}}}) }}
-- A period starts with whom the one before ended with, apart from those who moved between scopes; in the company nobody
-- can move.
with paired as (
    select
        now.audience,
        now.scope_type,
        now.scope_value,
        now.period_type,
        now.period_start,
        now.customers_start,
        now.moved_in,
        now.moved_out,
        coalesce(before.customers_end, 0) as previous_end
    from {{ ref('fct_retention') }} as now
    inner join {{ ref('int_periods') }} as periods
        on now.period_type = periods.period_type and now.period_start = periods.period_start
    left join {{ ref('fct_retention') }} as before
        on
            now.audience = before.audience
            and now.scope_type = before.scope_type
            and now.scope_value = before.scope_value
            and now.period_type = before.period_type
            and periods.previous_start = before.period_start
    where periods.previous_start is not null
)

select *
from paired
where
    customers_start <> previous_end + moved_in - moved_out
    or (scope_type = 'company' and moved_in + moved_out <> 0)
