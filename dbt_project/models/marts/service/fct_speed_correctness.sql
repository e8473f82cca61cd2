{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set own = ['is_first_contact', 'is_answered_within_hour'] -%}

-- Answers about cases by what the case was like: settled at the first contact or not, answered within the hour or not.
with answers as (
    select
        *,
        case when is_satisfied then 1 else 0 end as csat_numerator,
        1 as csat_denominator
    from {{ ref('int_service_events') }}
    -- Unresolved cases, and those resolved too lately to judge, stand in no cell.
    where event = 'answered' and is_first_contact is not null
),

summed as (
    {{ scope_sums('answers', keys + own, ['csat_numerator', 'csat_denominator']) }}
),

final as (
    select
        audience,
        scope_type,
        scope_value,
        {{ (keys + own) | join(', ') }},
        cast(csat_numerator as bigint) as csat_numerator,
        cast(csat_denominator as bigint) as csat_denominator
    from summed
)

select * from final
