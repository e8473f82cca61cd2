{%- set figures = [
    'at_risk', 'events', 'survival', 'survival_low', 'survival_high', 'median_days',
] -%}

with bounds as (
    select
        *,
        {{ survival_low('survival', 'greenwood') }} as survival_low,
        {{ survival_high('survival', 'greenwood') }} as survival_high,
        -- A curve stops under ten at risk; a company that asks for larger groups hides more of it.
        at_risk < {{ var('min_group_size') }} and not (scope_type = 'company' and stratum_type = '(all)') as is_suppressed
    from {{ ref('fct_survival') }}
),

final as (
    select
        audience,
        scope_type,
        scope_value,
        period_type,
        period_start,
        period_end,
        stratum_type,
        stratum_value,
        age_days,
        is_suppressed,
        {%- for figure in figures %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from bounds
)

select * from final
