{%- set months = range(var('signals').months) -%}
-- depends_on: {{ ref('int_rate_gaps') }}
-- Who is a customer at a month's end, and what is at stake: twelve times the MRR and the net order revenue of the twelve
-- months that end there.
with months as (
    {{ risk_months() }}
),

active as (
    select
        months.period_start,
        months.period_end,
        months.months_back,
        spells.customer_id,
        identified.customer_number,
        spells.started_on as active_since
    from {{ ref('int_activity_spells') }} as spells
    inner join {{ ref('int_customers_identified') }} as identified on spells.customer_id = identified.customer_id
    inner join months on {{ is_within('months.period_end', 'spells.started_on', 'spells.ended_on') }}
),

paid as (
    select
        months.period_end,
        prices.customer_id,
        prices.currency_code,
        {{ amount_sum('case when ' ~ rate_to_base('prices.row_rate_to_base', 'prices.currency_code', 'null')
            ~ ' is null then prices.mrr else 0 end') }} as at_monthly_rate,
        cast(sum(coalesce(
            {{ wide('prices.mrr') }} * {{ rate_to_base('prices.row_rate_to_base', 'prices.currency_code', 'null') }}, 0
        )) as decimal(38, 10)) as at_own_rate
    from months
    inner join {{ ref('int_contract_price_periods') }} as prices
        on {{ is_within('months.period_end', 'prices.starts_on', 'prices.ends_on') }}
    where prices.mrr > 0
    group by months.period_end, prices.customer_id, prices.currency_code
),

mrr as (
    select
        paid.period_end,
        paid.customer_id,
        sum({{ mrr_in_base('paid.at_own_rate', 'paid.at_monthly_rate', 'rates.rate_to_base') }}) as mrr
    from paid
    left join {{ ref('int_exchange_rates_monthly') }} as rates
        on paid.currency_code = rates.currency_code and {{ month_of('paid.period_end') }} = rates.rate_month
    group by paid.period_end, paid.customer_id
),

lines as (
    select
        lines.customer_id,
        lines.base_amount,
        {{ dbt.datediff('lines.line_month', 'newest.period_start', 'month') }} as months_back
    from {{ ref('int_order_lines') }} as lines
    cross join (select max(period_start) as period_start from months) as newest
    where lines.line_month <= newest.period_start
),

-- Side by side, one column per month: a line enters twelve of them, and none is stored twelve times.
revenue as (
    select
        customer_id
        {%- for back in months %},
        sum(case when months_back between {{ back }} and {{ back + 11 }} then base_amount end) as revenue_{{ back }}
        {%- endfor %}
    from lines
    where months_back < {{ var('signals').months + 11 }}
    group by customer_id
),

valued as (
    select
        active.period_start,
        active.period_end,
        active.customer_id,
        active.customer_number,
        active.active_since,
        coalesce(mrr.mrr, 0) as mrr,
        coalesce(
            case active.months_back
                {%- for back in months %}
                when {{ back }} then revenue.revenue_{{ back }}
                {%- endfor %}
            end,
            0
        ) as revenue_12m
    from active
    left join mrr on active.customer_id = mrr.customer_id and active.period_end = mrr.period_end
    left join revenue on active.customer_id = revenue.customer_id
),

final as (
    select
        'month' as period_type,
        period_start,
        period_end,
        customer_id,
        customer_number,
        active_since,
        cast(mrr as decimal(18, 2)) as mrr,
        cast(revenue_12m as decimal(18, 2)) as revenue_12m,
        cast(12 * {{ wide('mrr') }} + revenue_12m as decimal(18, 2)) as value_at_stake
    from valued
)

select * from final
