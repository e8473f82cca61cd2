{%- set scope = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}

with scopes as (
    select
        {{ scope | join(', ') }},
        sum(lost_customers) as all_lost_customers
    from {{ ref('fct_churn_reasons') }}
    group by {{ scope | join(', ') }}
),

-- Small is a scope that lost few, not a reason few gave.
judged as (
    {{ suppressed_rows('scopes', 'all_lost_customers', ['period_type', 'period_start', 'period_end']) }}
),

ranked as (
    select
        reasons.*,
        judged.is_suppressed,
        cast(judged.all_lost_customers as bigint) as all_lost_customers,
        cast(sum(reasons.lost_customers) over (
            partition by {% for key in scope %}reasons.{{ key }}{{ ', ' if not loop.last }}{% endfor %}
            order by reasons.lost_customers desc, reasons.reason_category, reasons.is_involuntary
            rows between unbounded preceding and current row
        ) as bigint) as running_lost_customers
    from {{ ref('fct_churn_reasons') }} as reasons
    inner join judged
        on
            {% for key in scope -%}
            {{ 'and ' if not loop.first }}reasons.{{ key }} = judged.{{ key }}
            {% endfor %}
),

rates as (
    select
        *,
        {{ rate('lost_customers', 'all_lost_customers') }} as share,
        {{ wilson_low('lost_customers', 'all_lost_customers') }} as share_low,
        {{ wilson_high('lost_customers', 'all_lost_customers') }} as share_high,
        {{ rate('running_lost_customers', 'all_lost_customers') }} as running_share
    from ranked
),

final as (
    select
        {{ scope | join(', ') }},
        reason_category,
        is_involuntary,
        is_suppressed,
        {%- for figure in [
            'lost_customers', 'all_lost_customers', 'lost_mrr', 'share', 'share_low', 'share_high', 'running_share'
        ] %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from rates
)

select * from final
