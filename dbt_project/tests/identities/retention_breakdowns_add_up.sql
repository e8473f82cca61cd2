{{ config(meta={'dagster': {'ref': {'name': 'fct_retention'}}}) }}
-- A customer has one value per scope type: every breakdown of an audience adds up to the whole audience.
with wholes as (
    select *
    from {{ ref('fct_retention') }}
    where scope_type in ('company', 'audience')
),

parts as (
    select
        audience,
        scope_type,
        period_type,
        period_end,
        sum(customers_start) as customers_start,
        sum(customers_end) as customers_end,
        sum(new_customers) as new_customers,
        sum(in_period_joiners_lost) as in_period_joiners_lost
    from {{ ref('fct_retention') }}
    where scope_type not in ('company', 'audience')
    group by audience, scope_type, period_type, period_end
)

select
    parts.*,
    wholes.customers_start as whole_start,
    wholes.customers_end as whole_end
from parts
inner join wholes
    on
        parts.audience = wholes.audience
        and parts.period_type = wholes.period_type
        and parts.period_end = wholes.period_end
where
    parts.customers_start <> wholes.customers_start
    or parts.customers_end <> wholes.customers_end
    or parts.new_customers <> wholes.new_customers
    or parts.in_period_joiners_lost <> wholes.in_period_joiners_lost
