{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set scope = ['audience', 'scope_type', 'scope_value'] + keys -%}

-- Answers about cases by the variant of the reply; each variant stands against all the others of its scope together.
with answers as (
    select
        *,
        case when is_satisfied then 1 else 0 end as csat_numerator,
        1 as csat_denominator
    from {{ ref('int_service_events') }}
    where event = 'answered' and reply_variant is not null
),

summed as (
    {{ scope_sums('answers', keys + ['reply_variant'], ['csat_numerator', 'csat_denominator']) }}
),

final as (
    select
        {{ scope | join(', ') }},
        reply_variant,
        cast(csat_numerator as bigint) as csat_numerator,
        cast(csat_denominator as bigint) as csat_denominator,
        cast(sum(csat_numerator) over (partition by {{ scope | join(', ') }}) - csat_numerator as bigint)
            as others_csat_numerator,
        cast(sum(csat_denominator) over (partition by {{ scope | join(', ') }}) - csat_denominator as bigint)
            as others_csat_denominator
    from summed
)

select * from final
