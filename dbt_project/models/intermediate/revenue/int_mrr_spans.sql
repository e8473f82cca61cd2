-- What each customer pays, per currency, all concurrent contracts summed: half-open spans of days between two changes.
with prices as (
    select
        customer_number,
        currency_code,
        mrr,
        starts_on,
        coalesce(ends_on, {{ far_future() }}) as ends_on,
        -- NULL where the month's rate has to be looked up.
        {{ rate_to_base('row_rate_to_base', 'currency_code', 'null') }} as own_rate,
        {{ margin_rate('margin_rate') }} as margin_rate
    from {{ ref('int_contract_price_periods') }}
    where mrr > 0
),

amounts as (
    select
        customer_number,
        currency_code,
        starts_on,
        ends_on,
        mrr,
        case when own_rate is null then mrr else 0 end as mrr_at_monthly_rate,
        cast(coalesce({{ wide('mrr') }} * own_rate, 0) as decimal(38, 10)) as base_mrr_at_own_rate,
        cast(case when own_rate is null then {{ wide('mrr') }} * coalesce(margin_rate, 0) else 0 end as decimal(38, 10))
            as margin_at_monthly_rate,
        cast(coalesce({{ wide('mrr') }} * own_rate * margin_rate, 0) as decimal(38, 10)) as base_margin_at_own_rate,
        case when margin_rate is null then 1 else 0 end as unknown_margins
    from prices
),

{%- set amount_names = [
    'mrr', 'mrr_at_monthly_rate', 'base_mrr_at_own_rate', 'margin_at_monthly_rate', 'base_margin_at_own_rate',
    'unknown_margins'
] %}

changes as (
    select
        customer_number,
        currency_code,
        starts_on as changed_on,
        {{ amount_names | join(', ') }}
    from amounts

    union all

    select
        customer_number,
        currency_code,
        ends_on as changed_on,
        {%- for name in amount_names %}
        -{{ name }} as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from amounts
    where ends_on < {{ far_future() }}
),

change_days as (
    select
        customer_number,
        currency_code,
        changed_on,
        {%- for name in amount_names %}
        sum({{ name }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from changes
    group by customer_number, currency_code, changed_on
    having
        {%- for name in amount_names %}
        {{ 'or ' if not loop.first }}sum({{ name }}) <> 0
        {%- endfor %}
),

states as (
    select
        customer_number,
        currency_code,
        changed_on as valid_from,
        lead(changed_on) over customer_days as valid_until,
        {%- for name in amount_names %}
        sum({{ name }}) over (customer_days rows between unbounded preceding and current row) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from change_days
    window customer_days as (partition by customer_number, currency_code order by changed_on)
),

final as (
    select
        customer_number,
        currency_code,
        valid_from,
        valid_until,
        cast(mrr as decimal(18, 2)) as mrr,
        cast(mrr_at_monthly_rate as decimal(18, 2)) as mrr_at_monthly_rate,
        cast(base_mrr_at_own_rate as decimal(38, 10)) as base_mrr_at_own_rate,
        cast(margin_at_monthly_rate as decimal(38, 10)) as margin_at_monthly_rate,
        cast(base_margin_at_own_rate as decimal(38, 10)) as base_margin_at_own_rate,
        unknown_margins > 0 as is_margin_unknown
    from states
    where mrr > 0
)

select * from final
