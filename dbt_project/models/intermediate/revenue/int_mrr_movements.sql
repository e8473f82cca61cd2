-- What the MRR of a customer did between the edges of a period, all currencies together. A row only for whose MRR or
-- margin changed inside, or may change with the rates: everybody else pays on the last day what they paid before, and
-- fct_revenue counts them without a row. Periods of different types with the same edges share their rows.
with intervals as (
    select
        period_start,
        period_end,
        day_before,
        row_number() over (order by period_start, period_end) as interval_number
    from (select distinct period_start, period_end, day_before from {{ ref('int_periods') }}) as edges
),

interval_months as (
    select distinct
        intervals.interval_number,
        {{ month_of('months.period_end') }} as change_month
    from intervals
    inner join {{ ref('int_periods') }} as months
        on months.period_end between intervals.period_start and intervals.period_end
),

steady as (
    select * from {{ ref('int_customer_mrr') }} where not is_floating
),

change_months as (
    select customer_number, {{ month_of('valid_from') }} as change_month from steady
    union
    select customer_number, {{ month_of('valid_until') }} as change_month from steady where valid_until is not null
),

changed as (
    select distinct
        interval_months.interval_number,
        change_months.customer_number
    from change_months
    inner join interval_months on change_months.change_month = interval_months.change_month
),

steady_rows as (
    select
        changed.interval_number,
        changed.customer_number,
        before.customer_number is not null as is_paying_start,
        after.customer_number is not null as is_paying_end,
        coalesce(before.mrr, 0) as mrr_start,
        coalesce(after.mrr, 0) as mrr_end_at_start_rate,
        coalesce(after.mrr, 0) as mrr_end,
        coalesce(before.margin_mrr, 0) as margin_start,
        coalesce(after.margin_mrr, 0) as margin_end,
        coalesce(before.is_margin_unknown, false) as is_margin_unknown_start,
        coalesce(after.is_margin_unknown, false) as is_margin_unknown_end
    from changed
    inner join intervals on changed.interval_number = intervals.interval_number
    left join steady as before
        on
            changed.customer_number = before.customer_number
            and {{ is_within('intervals.day_before', 'before.valid_from', 'before.valid_until') }}
    left join steady as after
        on
            changed.customer_number = after.customer_number
            and {{ is_within('intervals.period_end', 'after.valid_from', 'after.valid_until') }}
),

floating_customers as (
    select distinct customer_number
    from {{ ref('int_customer_mrr') }}
    where is_floating
),

floating_spans as (
    select spans.*
    from {{ ref('int_mrr_spans') }} as spans
    inner join floating_customers on spans.customer_number = floating_customers.customer_number
),

-- Without a rate in the month before, the last month's is taken: there is then no effect of the currency.
interval_rates as (
    select
        intervals.*,
        currencies.currency_code,
        coalesce(rates_before.rate_to_base, rates_last.rate_to_base) as start_rate,
        rates_last.rate_to_base as end_rate
    from intervals
    cross join (select distinct currency_code from floating_spans) as currencies
    left join {{ ref('int_exchange_rates_monthly') }} as rates_before
        on
            currencies.currency_code = rates_before.currency_code
            and {{ month_of('intervals.day_before') }} = rates_before.rate_month
    left join {{ ref('int_exchange_rates_monthly') }} as rates_last
        on
            currencies.currency_code = rates_last.currency_code
            and {{ month_of('intervals.period_end') }} = rates_last.rate_month
),

-- At the start only the MRR counts, at the rates of then; at the end both, at the rates of then and of now.
floating_sides as (
    {%- for side, edge in [('start', 'day_before'), ('end', 'period_end')] %}
    select
        interval_rates.interval_number,
        floating_spans.customer_number,
        {{ 1 if side == 'start' else 0 }} as is_start,
        {{ mrr_in_base('floating_spans.base_mrr_at_own_rate', 'floating_spans.mrr_at_monthly_rate', 'interval_rates.start_rate', 2) }}
            as mrr_at_start_rate,
        {%- if side == 'end' %}
        {{ mrr_in_base('floating_spans.base_mrr_at_own_rate', 'floating_spans.mrr_at_monthly_rate', 'interval_rates.end_rate', 2) }}
            as mrr_at_end_rate,
        {{ mrr_in_base('floating_spans.base_margin_at_own_rate', 'floating_spans.margin_at_monthly_rate', 'interval_rates.end_rate') }}
            as margin_at_end_rate,
        floating_spans.is_margin_unknown
        {%- else %}
        cast(null as decimal(18, 2)) as mrr_at_end_rate,
        cast(null as decimal(18, 2)) as margin_at_end_rate,
        false as is_margin_unknown
        {%- endif %}
    from interval_rates
    inner join floating_spans
        on
            interval_rates.currency_code = floating_spans.currency_code
            and {{ is_within('interval_rates.' ~ edge, 'floating_spans.valid_from', 'floating_spans.valid_until') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

floating_rows as (
    select
        interval_number,
        customer_number,
        max(is_start) = 1 as is_paying_start,
        min(is_start) = 0 as is_paying_end,
        {{ amount_sum('case when is_start = 1 then mrr_at_start_rate end') }} as mrr_start,
        {{ amount_sum('case when is_start = 0 then mrr_at_start_rate end') }} as mrr_end_at_start_rate,
        {{ amount_sum('mrr_at_end_rate') }} as mrr_end,
        cast(0 as decimal(18, 2)) as margin_start,
        {{ amount_sum('margin_at_end_rate') }} as margin_end,
        false as is_margin_unknown_start,
        max(case when is_margin_unknown then 1 else 0 end) = 1 as is_margin_unknown_end
    from floating_sides
    group by interval_number, customer_number
),

floating_inside as (
    select distinct
        intervals.interval_number,
        floating_spans.customer_number
    from floating_spans
    inner join intervals
        on
            floating_spans.valid_from between intervals.period_start and intervals.period_end
            and floating_spans.valid_until <= intervals.period_end
),

floating_between as (
    select floating_inside.*
    from floating_inside
    left join floating_rows
        on
            floating_inside.customer_number = floating_rows.customer_number
            and floating_inside.interval_number = floating_rows.interval_number
    where floating_rows.customer_number is null
),

customer_rows as (
    select *, false as is_floating from steady_rows
    union all
    select *, true as is_floating from floating_rows
    union all
    select
        *, false as is_paying_start, false as is_paying_end, 0 as mrr_start, 0 as mrr_end_at_start_rate, 0 as mrr_end,
        0 as margin_start, 0 as margin_end, false as is_margin_unknown_start, false as is_margin_unknown_end,
        true as is_floating
    from floating_between
),

first_paid as (
    select
        customer_number,
        min(valid_from) as first_paid_on
    from {{ ref('int_mrr_spans') }} as spans
    group by customer_number
),

final as (
    select
        intervals.period_start,
        intervals.period_end,
        customer_rows.customer_number,
        customer_rows.is_floating,
        -- The order of the tests matters: by the sign alone, 100, 0, 0, 50 would be a contraction and an expansion.
        case
            when not is_paying_start and not is_paying_end then 'between ends'
            when is_paying_start and not is_paying_end then 'churned'
            when not is_paying_start and first_paid.first_paid_on >= intervals.period_start then 'new'
            when not is_paying_start then 'reactivation'
            when mrr_end_at_start_rate > mrr_start then 'expansion'
            when mrr_end_at_start_rate < mrr_start then 'contraction'
            else 'unchanged'
        end as movement,
        cast(customer_rows.mrr_start as decimal(18, 2)) as mrr_start,
        cast(customer_rows.mrr_end_at_start_rate as decimal(18, 2)) as mrr_end_at_start_rate,
        cast(customer_rows.mrr_end as decimal(18, 2)) as mrr_end,
        cast(customer_rows.margin_start as decimal(18, 2)) as margin_start,
        cast(customer_rows.margin_end as decimal(18, 2)) as margin_end,
        is_margin_unknown_start,
        is_margin_unknown_end
    from customer_rows
    inner join intervals on customer_rows.interval_number = intervals.interval_number
    left join first_paid on customer_rows.customer_number = first_paid.customer_number
)

select * from final
