-- Customers who paid inside a period and at neither of its edges: the ledger sees them, the movements cannot.
with candidates as (
    select distinct
        periods.period_type,
        periods.period_start,
        periods.period_end,
        prices.customer_id
    from {{ ref('int_periods') }} as periods
    inner join {{ ref('int_contract_price_periods') }} as prices
        on prices.starts_on >= periods.period_start and prices.ends_on <= periods.period_end
    where prices.mrr > 0
),

final as (
    select candidates.*
    from candidates
    left join {{ ref('int_mrr_movements') }} as movements
        on
            candidates.period_type = movements.period_type
            and candidates.period_end = movements.period_end
            and candidates.customer_id = movements.customer_id
    where movements.customer_id is null
)

select * from final
