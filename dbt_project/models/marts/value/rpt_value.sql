{%- set figures = [
    'churn_6m_rate', 'churn_6m_numerator', 'churn_6m_denominator', 'churn_6m_low', 'churn_6m_high', 'lifetime_months',
    'is_lifetime_capped', 'arpa', 'mrr_end', 'paying_customers_end', 'contract_margin_rate', 'margin_mrr_end',
    'unknown_margin_customers_end', 'contract_clv', 'orders_6m', 'revenue_6m', 'aov_6m', 'orders_per_customer_month',
    'order_margin_rate', 'order_margin_6m', 'unknown_margin_orders_6m', 'order_clv', 'margin_per_customer_month', 'clv',
    'joined_customers', 'acquisition_cost', 'cac', 'clv_to_cac', 'payback_months', 'retained_customers',
    'retention_cost', 'retention_cost_per_customer', 'new_incentive_cost', 'incentive_per_new_customer',
    'existing_incentive_cost', 'incentive_per_existing_customer', 'one_point_of_churn',
] -%}

with sized as (
    select
        *,
        coalesce(nullif(customers_start, 0), customers_end) as group_size,
        {{ share('churn_6m_numerator', 'churn_6m_denominator') }} as monthly_churn,
        -- Nobody left: as long as we say at most.
        case
            when churn_6m_denominator > 0
                then least(coalesce({{ share('churn_6m_denominator', 'churn_6m_numerator') }}, 60.0e0), 60.0e0)
        end as lifetime,
        churn_6m_numerator * 60 < churn_6m_denominator as is_longer_than_cap,
        {{ margin_per_month() }} as monthly_margin
    from {{ ref('fct_value') }}
),

parts as (
    select
        *,
        round(monthly_churn, 9) as churn_6m_rate,
        {{ wilson_low('churn_6m_numerator', 'churn_6m_denominator') }} as churn_6m_low,
        {{ wilson_high('churn_6m_numerator', 'churn_6m_denominator') }} as churn_6m_high,
        round(lifetime, 9) as lifetime_months,
        case when churn_6m_denominator > 0 then is_longer_than_cap end as is_lifetime_capped,
        {{ rate('mrr_end', 'paying_customers_end') }} as arpa,
        {{ rate('margin_mrr_end', 'mrr_end') }} as contract_margin_rate,
        round({{ share('margin_mrr_end', 'paying_customers_end') }} * lifetime, 9) as contract_clv,
        {{ rate('revenue_6m', 'orders_6m') }} as aov_6m,
        {{ rate('orders_6m', 'churn_6m_denominator') }} as orders_per_customer_month,
        {{ rate('order_margin_6m', 'case when revenue_6m > 0 then revenue_6m end') }} as order_margin_rate,
        case
            when orders_6m > 0 then round({{ share('order_margin_6m', 'churn_6m_denominator') }} * lifetime, 9)
        end as order_clv,
        round(monthly_margin, 9) as margin_per_customer_month,
        monthly_margin * lifetime as lifetime_margin,
        {{ share('acquisition_cost', 'joined_customers') }} as cost_to_join,
        {{ rate('retention_cost', 'retained_customers') }} as retention_cost_per_customer,
        {{ rate('new_incentive_cost', 'joined_customers') }} as incentive_per_new_customer,
        {{ rate('existing_incentive_cost', 'customers_start') }} as incentive_per_existing_customer,
        -- One point more churn, over a year, of the customers there are. ARPA is that of payers, so payers are counted.
        round(
            cast(paying_customers_start as double) * {{ share('mrr_end', 'paying_customers_end') }} * (
                {%- for month in range(1, 13) %}
                {{ '+ ' if not loop.first }}power(1 - monthly_churn + 0.01e0, {{ month }}) - power(1 - monthly_churn, {{ month }})
                {%- endfor %}
            ), 9
        ) as one_point_of_churn
    from sized
),

ratios as (
    select
        *,
        round(lifetime_margin, 9) as clv,
        round(cost_to_join, 9) as cac,
        round(lifetime_margin / nullif(cost_to_join, 0), 9) as clv_to_cac,
        -- What loses money on every customer never pays anything back.
        round(cost_to_join / case when monthly_margin > 0 then monthly_margin end, 9) as payback_months
    from parts
),

judged as (
    {{ suppressed_rows('ratios', 'group_size', ['period_type', 'period_end']) }}
),

final as (
    select
        audience,
        scope_type,
        scope_value,
        period_type,
        period_start,
        period_end,
        is_suppressed,
        {%- for figure in figures %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
)

select * from final
