-- depends_on: {{ ref('int_rate_gaps') }}
-- A customer's MRR in base currency at both edges of a period, per currency: the one place where it is rounded.
with sides as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        edges.customer_id,
        edges.currency_code,
        edges.edge_on = periods.day_before as is_start,
        edges.mrr,
        edges.mrr_at_monthly_rate,
        edges.base_mrr_at_own_rate
    from {{ ref('int_periods') }} as periods
    inner join {{ ref('int_customer_mrr_edges') }} as edges on edges.edge_on in (periods.day_before, periods.period_end)
),

amounts as (
    select
        period_type,
        period_start,
        period_end,
        customer_id,
        currency_code,
        {{ amount_sum('case when is_start then mrr end') }} as paid_start,
        {{ amount_sum('case when not is_start then mrr end') }} as paid_end,
        {{ amount_sum('case when is_start then mrr_at_monthly_rate end') }} as start_monthly,
        {{ amount_sum('case when not is_start then mrr_at_monthly_rate end') }} as end_monthly,
        coalesce(sum(case when is_start then base_mrr_at_own_rate end), 0) as start_own,
        coalesce(sum(case when not is_start then base_mrr_at_own_rate end), 0) as end_own
    from sides
    group by period_type, period_start, period_end, customer_id, currency_code
),

rated as (
    select
        amounts.*,
        -- Without a rate in the month before, the period's own is taken: there is then no effect of the currency.
        coalesce(rates_before.rate_to_base, rates_last.rate_to_base) as start_rate,
        rates_last.rate_to_base as end_rate
    from amounts
    left join {{ ref('int_exchange_rates_monthly') }} as rates_before
        on
            amounts.currency_code = rates_before.currency_code
            and {{ month_of(add_days('amounts.period_start', -1)) }} = rates_before.rate_month
    left join {{ ref('int_exchange_rates_monthly') }} as rates_last
        on
            amounts.currency_code = rates_last.currency_code
            and {{ month_of('amounts.period_end') }} = rates_last.rate_month
),

final as (
    select
        period_type,
        period_start,
        period_end,
        customer_id,
        currency_code,
        paid_start,
        paid_end,
        {{ mrr_in_base('start_own', 'start_monthly', 'start_rate') }} as mrr_start,
        {{ mrr_in_base('end_own', 'end_monthly', 'start_rate') }} as mrr_end_at_start_rate,
        {{ mrr_in_base('end_own', 'end_monthly', 'end_rate') }} as mrr_end
    from rated
)

select * from final
