{%- set scope = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}
-- Who left by their own choice, and who left without a word: no case and no contact of their own in the 90 days before.
with counted as (
    select
        {{ scope | join(', ') }},
        sum(lost_customers) as lost_customers,
        sum(case when is_involuntary then lost_customers else 0 end) as involuntary_customers,
        sum(silent_customers) as silent_customers,
        {{ amount_sum('lost_mrr') }} as lost_mrr,
        {{ amount_sum('case when is_involuntary then lost_mrr end') }} as involuntary_mrr
    from {{ ref('int_losses_by_scope') }}
    group by {{ scope | join(', ') }}
),

final as (
    select
        {%- for key in scope %}
        retention.{{ key }},
        {%- endfor %}
        retention.customers_start,
        cast(coalesce(counted.lost_customers, 0) as bigint) as lost_customers,
        cast(coalesce(counted.lost_customers - counted.involuntary_customers, 0) as bigint) as voluntary_customers,
        cast(coalesce(counted.involuntary_customers, 0) as bigint) as involuntary_customers,
        cast(coalesce(counted.lost_mrr, 0) as decimal(18, 2)) as lost_mrr,
        cast(coalesce(counted.lost_mrr - counted.involuntary_mrr, 0) as decimal(18, 2)) as voluntary_mrr,
        cast(coalesce(counted.involuntary_mrr, 0) as decimal(18, 2)) as involuntary_mrr,
        -- Nobody can be called silent where nobody listened.
        case
            when {{ is_delivered(['interactions', 'cases']) }}
                then cast(coalesce(counted.silent_customers, 0) as bigint)
        end as silent_customers
    from {{ ref('fct_retention') }} as retention
    left join counted
        on
            {%- for key in scope %}
            {{ 'and ' if not loop.first }}retention.{{ key }} = counted.{{ key }}
            {%- endfor %}
    where retention.customers_start > 0
)

select * from final
