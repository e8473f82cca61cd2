-- What each customer pays on the days that bound a period, per currency, all concurrent contracts summed.
with edges as (
    select period_end as edge_on from {{ ref('int_periods') }}
    union
    select day_before as edge_on from {{ ref('int_periods') }}
),

prices as (
    select
        customer_id,
        currency_code,
        mrr,
        starts_on,
        ends_on,
        -- NULL where the month's rate has to be looked up.
        {{ rate_to_base('row_rate_to_base', 'currency_code', 'null') }} as own_rate
    from {{ ref('int_contract_price_periods') }}
    where mrr > 0
),

final as (
    select
        edges.edge_on,
        prices.customer_id,
        prices.currency_code,
        {{ amount_sum('prices.mrr') }} as mrr,
        {{ amount_sum('case when prices.own_rate is null then prices.mrr else 0 end') }} as mrr_at_monthly_rate,
        cast(sum(coalesce(prices.mrr * prices.own_rate, 0)) as decimal(38, 10)) as base_mrr_at_own_rate
    from edges
    inner join prices on {{ is_within('edges.edge_on', 'prices.starts_on', 'prices.ends_on') }}
    group by edges.edge_on, prices.customer_id, prices.currency_code
)

select * from final
