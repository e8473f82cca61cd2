{{ config(meta={'dagster': {'ref': {'name': 'fct_risk_signals'}}}) }}
-- The customers signals are taken of are the ledger's at the month's end, and no signal has more than all at risk.
with risks as (
    select
        *,
        max(case when signal = 'any' then customers end) over (partition by audience, period_end) as all_at_risk
    from {{ ref('fct_risk_signals') }}
)

select
    risks.audience,
    risks.period_end,
    risks.signal
from risks
left join {{ ref('fct_retention') }} as retention
    on
        risks.audience = retention.audience
        and risks.scope_type = retention.scope_type
        and risks.scope_value = retention.scope_value
        and risks.period_type = retention.period_type
        and risks.period_end = retention.period_end
where
    risks.active_customers <> coalesce(retention.customers_end, -1)
    or risks.customers > risks.all_at_risk
    or risks.unlisted_customers > risks.customers
