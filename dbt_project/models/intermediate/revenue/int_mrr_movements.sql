-- What a customer's MRR did in a period, judged by all its currencies together.
with first_paid as (
    select
        customer_id,
        min(starts_on) as first_paid_on
    from {{ ref('int_contract_price_periods') }}
    where mrr > 0
    group by customer_id
),

totals as (
    select
        period_type,
        period_start,
        period_end,
        customer_id,
        sum(paid_start) > 0 as is_paying_start,
        sum(paid_end) > 0 as is_paying_end,
        {{ amount_sum('mrr_start') }} as mrr_start,
        {{ amount_sum('mrr_end_at_start_rate') }} as mrr_end_at_start_rate,
        {{ amount_sum('mrr_end') }} as mrr_end
    from {{ ref('int_customer_mrr') }}
    group by period_type, period_start, period_end, customer_id
),

final as (
    select
        totals.period_type,
        totals.period_start,
        totals.period_end,
        totals.customer_id,
        totals.is_paying_start,
        totals.is_paying_end,
        -- The order of the tests matters: by the sign alone, 100, 0, 0, 50 would be a contraction and an expansion.
        case
            when totals.is_paying_start and not totals.is_paying_end then 'churned'
            when not totals.is_paying_start and first_paid.first_paid_on >= totals.period_start then 'new'
            when not totals.is_paying_start then 'reactivation'
            when totals.mrr_end_at_start_rate > totals.mrr_start then 'expansion'
            when totals.mrr_end_at_start_rate < totals.mrr_start then 'contraction'
            else 'unchanged'
        end as movement,
        totals.mrr_start,
        totals.mrr_end_at_start_rate,
        totals.mrr_end,
        cast(abs(totals.mrr_end_at_start_rate - totals.mrr_start) as decimal(18, 2)) as movement_mrr,
        cast(totals.mrr_end - totals.mrr_end_at_start_rate as decimal(18, 2)) as fx_effect
    from totals
    left join first_paid on totals.customer_id = first_paid.customer_id
)

select * from final
