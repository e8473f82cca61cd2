{{ config(meta={'dagster': {'ref': {'name': 'fct_retention'}}}) }}
-- A period starts with whom the one that ends the day before ended with, apart from those who moved between scopes; in
-- the company nobody can move. A year to date follows that of the whole year before.
with paired as (
    select
        now.audience,
        now.scope_type,
        now.scope_value,
        now.period_type,
        now.period_end,
        now.customers_start,
        now.moved_in,
        now.moved_out,
        coalesce(before.customers_end, 0) as previous_end
    from {{ ref('fct_retention') }} as now
    inner join {{ ref('int_periods') }} as periods
        on now.period_type = periods.period_type and now.period_end = periods.period_end
    inner join {{ ref('int_periods') }} as earlier
        on periods.period_type = earlier.period_type and periods.day_before = earlier.period_end
        and {{ is_in_ledger('earlier.period_start') }}
    left join {{ ref('fct_retention') }} as before
        on
            now.audience = before.audience
            and now.scope_type = before.scope_type
            and now.scope_value = before.scope_value
            and now.period_type = before.period_type
            and periods.day_before = before.period_end
)

select *
from paired
where
    customers_start <> previous_end + moved_in - moved_out
    or (scope_type = 'company' and moved_in + moved_out <> 0)
