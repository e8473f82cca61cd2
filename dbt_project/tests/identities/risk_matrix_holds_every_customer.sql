{{ config(meta={'dagster': {'ref': {'name': 'fct_value_risk'}}}) }}
-- The cells of a matrix hold every active customer once; those with a signal are the customers at risk, with their value.
with matrices as (
    select
        audience,
        period_end,
        sum(customers) as customers,
        sum(case when risk_band <> '0' then customers else 0 end) as at_risk,
        sum(case when risk_band <> '0' then value_at_stake else 0 end) as value_at_stake
    from {{ ref('fct_value_risk') }}
    group by audience, period_end
)

select
    signals.audience,
    signals.period_end
from {{ ref('fct_risk_signals') }} as signals
left join matrices on signals.audience = matrices.audience and signals.period_end = matrices.period_end
where
    signals.signal = 'any'
    and (
        signals.active_customers <> coalesce(matrices.customers, 0)
        or signals.customers <> coalesce(matrices.at_risk, 0)
        or signals.value_at_stake <> coalesce(matrices.value_at_stake, 0)
    )
