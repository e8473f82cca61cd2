{%- set scope = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end'] -%}
-- Every scope that had customers has its row for `unknown`, also when nobody left without a reason.
with told as (
    select
        {{ scope | join(', ') }},
        reason_category,
        is_involuntary,
        lost_customers,
        lost_mrr
    from {{ ref('int_losses_by_scope') }}

    union all

    select
        {{ scope | join(', ') }},
        'unknown' as reason_category,
        false as is_involuntary,
        0 as lost_customers,
        cast(0 as decimal(18, 2)) as lost_mrr
    from {{ ref('fct_retention') }}
    where customers_start > 0
),

final as (
    select
        {{ scope | join(', ') }},
        reason_category,
        is_involuntary,
        cast(sum(lost_customers) as bigint) as lost_customers,
        {{ amount_sum('lost_mrr') }} as lost_mrr
    from told
    group by {{ scope | join(', ') }}, reason_category, is_involuntary
)

select * from final
