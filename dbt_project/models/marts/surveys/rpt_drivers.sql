{%- set keys = [
    'audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end', 'survey_id', 'survey_type',
    'score_question', 'driver_question', 'driver',
] -%}
{%- set survey = ['audience', 'scope_value', 'period_end', 'survey_id'] -%}
{%- set figures = [
    'answers', 'mean_driver_score', 'rho', 'p_value', 'p_adjusted', 'is_significant', 'is_ranked', 'driver_rank',
] -%}

with correlated as (
    select
        *,
        {{ correlation(
            'answers', 'score_rank_sum', 'driver_rank_sum', 'score_rank_squares', 'driver_rank_squares', 'rank_products'
        ) }} as rho_exact,
        {{ rate('driver_score_sum', 'answers') }} as mean_driver_score,
        -- Too few answers for an order of drivers: a table, no ranking.
        answers >= 100 as is_ranked
    from {{ ref('fct_drivers') }}
),

tested as (
    select
        *,
        round(rho_exact, 9) as rho,
        {{ correlation_t('rho_exact', 'answers') }} as t_value,
        answers - 2 as df
    from correlated
),

deviated as (
    select
        *,
        case when df > 1 then {{ normal_of_t('t_value', 'df') }} end as z_value
    from tested
),

valued as (
    select
        *,
        case
            when answers > 2 and abs(rho_exact) = 1 then 0e0
            else round({{ two_sided_p('z_value') }}, 12)
        end as p_value
    from deviated
),

judged as (
    {{ suppressed_rows(
        'valued', 'answers', ['period_type', 'period_start', 'period_end', 'survey_id', 'score_question'],
        order_by=['driver_question']
    ) }}
),

-- What is not shown is no test: a family is what a reader sees.
shown_tests as (
    select
        judged.*,
        case when not is_suppressed then p_value end as p_shown
    from judged
),

adjusted as (
    {{ benjamini_hochberg('shown_tests', 'p_shown', survey) }}
),

marked as (
    select
        *,
        coalesce(p_adjusted <= 0.05e0, false) as is_significant
    from adjusted
),

ordered as (
    select
        *,
        -- The strongest first; what is not significant has no place.
        case when is_ranked and is_significant then row_number() over (
            partition by {{ survey | join(', ') }}, score_question, is_ranked and is_significant
            order by abs(rho) desc, driver_question
        ) end as driver_rank
    from marked
),

final as (
    select
        {{ keys | join(', ') }},
        is_suppressed,
        {%- for figure in figures %}
        {{ shown(figure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from ordered
)

select * from final
