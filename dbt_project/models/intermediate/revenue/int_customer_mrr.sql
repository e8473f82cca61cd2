-- depends_on: {{ ref('int_rate_gaps') }}
-- A customer's MRR in base currency over time, all currencies together: half-open spans between two changes. Amounts are
-- rounded once per customer and currency. What is paid at a month's rate is cut at the months of the report.
with bounds as (
    select
        {{ month_of('min(day_before)') }} as first_month,
        max(period_end) as last_day
    from {{ ref('int_periods') }}
),

-- Every month an edge of a period lies in; before the first period a currency without a rate takes the next month's.
rate_months as (
    select distinct
        {{ month_of('edges.edge_on') }} as rate_month,
        {{ add_months(month_of('edges.edge_on'), 1) }} as next_month
    from (
        select period_end as edge_on from {{ ref('int_periods') }}
        union
        select day_before as edge_on from {{ ref('int_periods') }}
    ) as edges
),

floating as (
    select distinct customer_number
    from {{ ref('int_mrr_spans') }} as spans
    where mrr_at_monthly_rate > 0
),

pieces as (
    select
        spans.customer_number,
        spans.valid_from,
        spans.valid_until,
        {{ mrr_in_base('spans.base_mrr_at_own_rate', '0', '1') }} as mrr,
        {{ mrr_in_base('spans.base_margin_at_own_rate', '0', '1') }} as margin_mrr,
        case when spans.is_margin_unknown then 1 else 0 end as unknown_margins
    from {{ ref('int_mrr_spans') }} as spans
    where spans.mrr_at_monthly_rate = 0

    union all

    select
        spans.customer_number,
        greatest(spans.valid_from, rate_months.rate_month) as valid_from,
        least(coalesce(spans.valid_until, {{ far_future() }}), rate_months.next_month) as valid_until,
        {{ mrr_in_base('spans.base_mrr_at_own_rate', 'spans.mrr_at_monthly_rate',
            'coalesce(rates.rate_to_base, next_rates.rate_to_base)', 2) }} as mrr,
        {{ mrr_in_base('spans.base_margin_at_own_rate', 'spans.margin_at_monthly_rate',
            'coalesce(rates.rate_to_base, next_rates.rate_to_base)') }} as margin_mrr,
        case when spans.is_margin_unknown then 1 else 0 end as unknown_margins
    from {{ ref('int_mrr_spans') }} as spans
    inner join rate_months
        on
            spans.valid_from < rate_months.next_month
            and (spans.valid_until is null or spans.valid_until > rate_months.rate_month)
    left join {{ ref('int_exchange_rates_monthly') }} as rates
        on spans.currency_code = rates.currency_code and rate_months.rate_month = rates.rate_month
    left join {{ ref('int_exchange_rates_monthly') }} as next_rates
        on spans.currency_code = next_rates.currency_code and rate_months.next_month = next_rates.rate_month
    where spans.mrr_at_monthly_rate > 0
),

changes as (
    select customer_number, valid_from as changed_on, 1 as payments, mrr, margin_mrr, unknown_margins
    from pieces
    union all
    select
        customer_number, valid_until as changed_on, -1 as payments, -mrr as mrr, -margin_mrr as margin_mrr,
        -unknown_margins as unknown_margins
    from pieces
    where valid_until is not null
),

change_days as (
    select
        customer_number,
        changed_on,
        sum(payments) as payments,
        sum(mrr) as mrr,
        sum(margin_mrr) as margin_mrr,
        sum(unknown_margins) as unknown_margins
    from changes
    group by customer_number, changed_on
    having sum(payments) <> 0 or sum(mrr) <> 0 or sum(margin_mrr) <> 0 or sum(unknown_margins) <> 0
),

states as (
    select
        customer_number,
        changed_on as valid_from,
        lead(changed_on) over customer_days as valid_until,
        sum(payments) over (customer_days rows between unbounded preceding and current row) as payments,
        sum(mrr) over (customer_days rows between unbounded preceding and current row) as mrr,
        sum(margin_mrr) over (customer_days rows between unbounded preceding and current row) as margin_mrr,
        sum(unknown_margins) over (customer_days rows between unbounded preceding and current row) as unknown_margins
    from change_days
    window customer_days as (partition by customer_number order by changed_on)
),

final as (
    select
        states.customer_number,
        states.valid_from,
        states.valid_until,
        cast(states.mrr as decimal(18, 2)) as mrr,
        cast(states.margin_mrr as decimal(18, 2)) as margin_mrr,
        states.unknown_margins > 0 as is_margin_unknown,
        {{ "true" if payers_may_be_inactive() else "floating.customer_number is not null" }} as is_floating
    from states
    left join floating on states.customer_number = floating.customer_number
    where states.payments > 0
)

select * from final
