{%- set keys = ['period_type', 'period_start', 'period_end', 'survey_type', 'scale_min', 'scale_max', 'score'] -%}

with scores as (
    select * from {{ ref('int_survey_period_rows') }}
    where score is not null
),

audience_rows as (
    {{ audience_rows('scores') }}
),

final as (
    select
        {{ scope_columns() }},
        {{ keys | join(', ') }},
        count(*) as responses
    from audience_rows
    group by {{ scope_sets(keys) }}
)

select * from final
