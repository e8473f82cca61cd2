{%- set days = var('signals').contraction_days -%}
-- Customers who pay less at a month's end than so many days before, and still pay. Both days are valued at one rate per
-- currency: a currency that moved is no contraction.
with months as (
    {{ risk_months() }}
),

prices as (
    select
        customer_id,
        currency_code,
        mrr,
        row_rate_to_base,
        starts_on,
        ends_on
    from {{ ref('int_contract_price_periods') }}
    where mrr > 0
),

changes as (
    select customer_id, currency_code, starts_on as changed_on, mrr as change from prices
    union all
    select customer_id, currency_code, ends_on as changed_on, -mrr as change from prices where ends_on is not null
),

falls as (
    select
        customer_id,
        changed_on as fell_on
    from changes
    group by customer_id, currency_code, changed_on
    having sum(change) < 0
),

-- Only who paid less of some currency on some day between can pay less at the end.
candidates as (
    select
        months.period_end,
        falls.customer_id,
        min(falls.fell_on) as fell_on
    from falls
    inner join months
        on
            falls.fell_on <= months.period_end
            and falls.fell_on > {{ add_days('months.period_end', -days) }}
    group by months.period_end, falls.customer_id
),

sides as (
    select
        candidates.period_end,
        candidates.customer_id,
        candidates.fell_on,
        prices.currency_code,
        max(prices.row_rate_to_base) as row_rate_to_base,
        {{ amount_sum('case when ' ~ is_within(add_days('candidates.period_end', -days), 'prices.starts_on', 'prices.ends_on')
            ~ ' then prices.mrr end') }} as mrr_before,
        {{ amount_sum('case when ' ~ is_within('candidates.period_end', 'prices.starts_on', 'prices.ends_on')
            ~ ' then prices.mrr end') }} as mrr_now
    from candidates
    inner join prices on candidates.customer_id = prices.customer_id
    group by candidates.period_end, candidates.customer_id, candidates.fell_on, prices.currency_code
),

valued as (
    select
        sides.period_end,
        sides.customer_id,
        sides.fell_on,
        sides.mrr_before,
        sides.mrr_now,
        coalesce(
            case when sides.currency_code = {{ sql_text(var('base_currency')) }} then 1 end,
            rates.rate_to_base,
            sides.row_rate_to_base
        ) as one_rate
    from sides
    left join {{ ref('int_exchange_rates_monthly') }} as rates
        on
            sides.currency_code = rates.currency_code
            and {{ month_of('sides.period_end') }} = rates.rate_month
    where sides.mrr_before > 0 or sides.mrr_now > 0
),

final as (
    select
        period_end,
        customer_id,
        fell_on
    from valued
    group by period_end, customer_id, fell_on
    having sum(mrr_now) > 0 and sum({{ wide('mrr_now') }} * one_rate) < sum({{ wide('mrr_before') }} * one_rate)
)

select * from final
