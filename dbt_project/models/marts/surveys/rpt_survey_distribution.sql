{%- set group_keys = [
    'audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end', 'survey_type',
] -%}

with totals as (
    select
        {{ group_keys | join(', ') }},
        sum(responses) as all_responses
    from {{ ref('fct_survey_distribution') }}
    group by {{ group_keys | join(', ') }}
),

judged as (
    {{ suppressed_rows('totals', 'all_responses', ['period_type', 'period_start', 'period_end', 'survey_type']) }}
),

joined as (
    select
        scores.*,
        judged.is_suppressed,
        cast(judged.all_responses as bigint) as all_responses,
        {{ rate('scores.responses', 'judged.all_responses') }} as share
    from {{ ref('fct_survey_distribution') }} as scores
    inner join judged
        on
            {% for key in group_keys -%}
            {{ 'and ' if not loop.first }}scores.{{ key }} = judged.{{ key }}
            {% endfor %}
),

final as (
    select
        {{ group_keys | join(', ') }},
        scale_min,
        scale_max,
        score,
        is_suppressed,
        {{ shown('responses') }},
        {{ shown('all_responses') }},
        {{ shown('share') }}
    from joined
)

select * from final
