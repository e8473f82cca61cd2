-- The plan of a customer over time, as half-open spans: of the contracts in force, the one with the highest MRR in base
-- currency, ties to the earliest start, then contract_id. Customers with one contract at a time have it directly. For
-- the others time is cut wherever a contract starts or ends or, where currencies differ, the month's rate changes.
with contracts as (
    select
        customer_id,
        contract_id,
        coalesce(plan, '(none)') as plan,
        -- In months, as text: the value of a breakdown.
        coalesce(cast(term_months as varchar), '(none)') as term,
        currency_code,
        mrr,
        row_rate_to_base,
        contract_starts_on,
        starts_on,
        coalesce(ends_on, {{ far_future() }}) as ends_on
    from {{ ref('int_contract_price_periods') }}
    where {{ gives_activity('mrr') }}
),

reached as (
    select
        *,
        max(ends_on) over (
            partition by customer_id
            order by starts_on, ends_on, contract_id
            rows between unbounded preceding and 1 preceding
        ) as reached_on
    from contracts
),

overlapping as (
    select distinct customer_id
    from reached
    where reached_on > starts_on
),

single_plans as (
    select
        customer_id,
        plan,
        term,
        starts_on,
        ends_on
    from contracts
    where customer_id not in (select customer_id from overlapping)
),

concurrent as (
    select contracts.*
    from contracts
    inner join overlapping on contracts.customer_id = overlapping.customer_id
),

several_rates as (
    select customer_id
    from concurrent
    group by customer_id
    having min(currency_code) <> max(currency_code) or count(row_rate_to_base) > 0
),

rate_months as (
    select distinct rate_month
    from {{ ref('int_exchange_rates_monthly') }}
),

cuts as (
    select customer_id, starts_on as cut_on from concurrent
    union
    select customer_id, ends_on as cut_on from concurrent
    union
    select
        concurrent.customer_id,
        rate_months.rate_month as cut_on
    from concurrent
    inner join several_rates on concurrent.customer_id = several_rates.customer_id
    inner join rate_months
        on rate_months.rate_month > concurrent.starts_on and rate_months.rate_month < concurrent.ends_on
),

-- Before the first month with a rate, that month's rate compares contracts; a later gap stops the build elsewhere.
first_rates as (
    select
        currency_code,
        rate_to_base
    from {{ ref('int_exchange_rates_monthly') }}
    where (currency_code, rate_month) in (
        select
            currency_code,
            min(rate_month)
        from {{ ref('int_exchange_rates_monthly') }}
        group by currency_code
    )
),

slices as (
    select
        customer_id,
        cut_on as starts_on,
        lead(cut_on) over (partition by customer_id order by cut_on) as ends_on
    from cuts
),

ranked as (
    select
        slices.customer_id,
        concurrent.plan,
        concurrent.term,
        slices.starts_on,
        slices.ends_on,
        row_number() over (
            partition by slices.customer_id, slices.starts_on
            order by
                {{ wide('concurrent.mrr') }} * coalesce({{ rate_to_base(
                    'concurrent.row_rate_to_base', 'concurrent.currency_code', 'rates.rate_to_base'
                ) }}, first_rates.rate_to_base, 0) desc,
                concurrent.contract_starts_on,
                concurrent.contract_id
        ) as plan_rank
    from slices
    inner join concurrent
        on
            slices.customer_id = concurrent.customer_id
            and concurrent.starts_on <= slices.starts_on
            and slices.ends_on <= concurrent.ends_on
    left join {{ ref('int_exchange_rates_monthly') }} as rates
        on
            {{ month_of('slices.starts_on') }} = rates.rate_month
            and concurrent.currency_code = rates.currency_code
    left join first_rates on concurrent.currency_code = first_rates.currency_code
),

spans as (
    select customer_id, plan, term, starts_on, ends_on from single_plans
    union all
    select customer_id, plan, term, starts_on, ends_on from ranked where plan_rank = 1
),

final as (
    select
        customer_id,
        plan,
        term,
        starts_on as valid_from,
        nullif(ends_on, {{ far_future() }}) as valid_until
    from spans
)

select * from final
