{%- set keys = ['period_type', 'period_start', 'period_end', 'compared_with', 'compared_start', 'compared_end'] -%}
{%- set counts = [
    'customers_start', 'customers_start_before', 'retained_customers', 'retained_customers_before',
] -%}
{%- set wholes = [
    'whole_customers_start', 'whole_customers_start_before', 'whole_retained_customers',
    'whole_retained_customers_before',
] -%}
-- With w = a segment's share of the customers at the start, r = its retention rate and R that of all:
-- rate effect = (w0 + w1)/2 · (r1 − r0), mix effect = ((r0 + r1)/2 − (R0 + R1)/2) · (w1 − w0).
-- Segments too small to be shown are one.
with sized as (
    select
        *,
        -- The smaller of the two periods, of those in which the segment was there.
        case
            when customers_start = 0 then customers_start_before
            when customers_start_before = 0 then customers_start
            else least(customers_start, customers_start_before)
        end as smallest_start
    from {{ ref('fct_rate_mix') }}
),

judged as ({{ suppressed_rows('sized', 'smallest_start', keys) }}),

pooled as (
    select
        audience,
        scope_type,
        case when is_suppressed then '(small groups)' else scope_value end as scope_value,
        {{ keys | join(', ') }},
        max(case when is_suppressed then 1 else 0 end) = 1 as is_pooled
        {%- for count in counts %},
        sum({{ count }}) as {{ count }}
        {%- endfor %}
        {%- for whole in wholes %},
        max({{ whole }}) as {{ whole }}
        {%- endfor %}
    from judged
    group by
        audience, scope_type, case when is_suppressed then '(small groups)' else scope_value end, {{ keys | join(', ') }}
),

shares as (
    select
        *,
        {{ share('customers_start_before', 'whole_customers_start_before') }} as w0,
        {{ share('customers_start', 'whole_customers_start') }} as w1,
        {{ share('whole_retained_customers_before', 'whole_customers_start_before') }} as whole_r0,
        {{ share('whole_retained_customers', 'whole_customers_start') }} as whole_r1,
        -- A segment that was not there takes its rate of the other period: it comes or goes by its weight alone.
        coalesce(
            {{ share('retained_customers_before', 'customers_start_before') }},
            {{ share('retained_customers', 'customers_start') }}
        ) as r0,
        coalesce(
            {{ share('retained_customers', 'customers_start') }},
            {{ share('retained_customers_before', 'customers_start_before') }}
        ) as r1
    from pooled
),

effects as (
    select
        *,
        is_pooled and (
            customers_start between 1 and {{ var('min_group_size') - 1 }}
            or customers_start_before between 1 and {{ var('min_group_size') - 1 }}
        ) as is_suppressed,
        round(w0, 9) as start_share_before,
        round(w1, 9) as start_share,
        {{ rate('retained_customers_before', 'customers_start_before') }} as retention_rate_before,
        {{ rate('retained_customers', 'customers_start') }} as retention_rate,
        -- No effect is 0, not the minus 0 a rounded tiny one may be.
        round((w0 + w1) / 2 * (r1 - r0), 9) + 0 as rate_effect,
        round(((r0 + r1) / 2 - (whole_r0 + whole_r1) / 2) * (w1 - w0), 9) + 0 as mix_effect,
        round(whole_r1 - whole_r0, 9) as whole_change
    from shares
),

final as (
    select
        audience,
        scope_type,
        scope_value,
        {{ keys | join(', ') }},
        is_suppressed,
        {%- for count in counts %}
        cast(case when not is_suppressed then {{ count }} end as bigint) as {{ count }},
        {%- endfor %}
        {%- for figure in [
            'start_share', 'start_share_before', 'retention_rate', 'retention_rate_before', 'rate_effect', 'mix_effect',
        ] %}
        {{ shown(figure) }},
        {%- endfor %}
        whole_change
    from effects
)

select * from final
