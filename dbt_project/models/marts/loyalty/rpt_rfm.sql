{%- set scope = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}
{%- set figures = [
    'customers', 'customer_share', 'customer_share_numerator', 'customer_share_denominator', 'customer_share_low',
    'customer_share_high', 'revenue_12m', 'revenue_share', 'retention_rate', 'retention_numerator',
    'retention_denominator', 'retention_low', 'retention_high',
] -%}

with totals as (
    select
        *,
        customers as customer_share_numerator,
        cast(sum(customers) over (partition by {{ scope | join(', ') }}) as bigint) as customer_share_denominator,
        sum(revenue_12m) over (partition by {{ scope | join(', ') }}) as all_revenue_12m
    from {{ ref('fct_rfm') }}
),

rates as (
    select
        *,
        {{ rate('customer_share_numerator', 'customer_share_denominator') }} as customer_share,
        {{ wilson_low('customer_share_numerator', 'customer_share_denominator') }} as customer_share_low,
        {{ wilson_high('customer_share_numerator', 'customer_share_denominator') }} as customer_share_high,
        case when all_revenue_12m > 0 then {{ rate('revenue_12m', 'all_revenue_12m') }} end as revenue_share,
        {{ rate('retention_numerator', 'retention_denominator') }} as retention_rate,
        {{ wilson_low('retention_numerator', 'retention_denominator') }} as retention_low,
        {{ wilson_high('retention_numerator', 'retention_denominator') }} as retention_high,
        coalesce(nullif(customers, 0), retention_denominator) as group_size
    from totals
),

judged as (
    {{ suppressed_rows(
        'rates', 'group_size', ['period_type', 'period_start', 'period_end'], order_by=['scope_value', 'rfm_segment']
    ) }}
),

final as (
    select
        {{ scope | join(', ') }},
        rfm_segment,
        is_suppressed,
        {%- for figure in figures %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
)

select * from final
