{%- set keys = ['audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end', 'survey_type'] -%}
{%- set counts = [
    'responses', 'completed_responses', 'promoters', 'passives', 'detractors', 'satisfied', 'csat_denominator',
    'score_sum', 'coverage_numerator',
] -%}

with classed as (
    select
        *,
        {{ score_band('score', 'scale_min', 'scale_max') }} as score_band,
        {{ nps_class('survey_type', 'score', 'scale_min', 'scale_max') }} as nps_class
    from {{ ref('int_survey_scope_counts') }}
),

totals as (
    select
        {{ keys | join(', ') }},
        sum(responses) as responses,
        sum(completed_responses) as completed_responses,
        sum(matched_responses) as matched_responses,
        sum(delivered) as delivered,
        sum(delivered_to_unknown) as delivered_to_unknown,
        sum(case when nps_class = 'promoter' then responses else 0 end) as promoters,
        sum(case when nps_class = 'passive' then responses else 0 end) as passives,
        sum(case when nps_class = 'detractor' then responses else 0 end) as detractors,
        sum(case when score_band in ('satisfied', 'advocate') then responses else 0 end) as satisfied,
        sum(case when score_band is not null then responses else 0 end) as csat_denominator,
        -- One scale only: a mean over several says nothing.
        min(case when responses > 0 then scale_min end) as scale_min,
        max(case when responses > 0 then scale_max end) as scale_max,
        min(case when responses > 0 then scale_min end) = max(case when responses > 0 then scale_min end)
        and min(case when responses > 0 then scale_max end) = max(case when responses > 0 then scale_max end)
            as is_one_scale,
        sum(coalesce(score, 0) * responses) as score_sum,
        sum(covered_customers) as coverage_numerator,
        scope_type = 'company' or {{ is_whole_company_audience() }} as is_whole_company
    from classed
    group by {{ keys | join(', ') }}
),

counted as (
    select
        totals.*,
        -- Invitations that do not say whom they went to cannot be divided over scopes.
        totals.is_whole_company or companies.delivered_to_unknown = 0 as are_invited_known
    from totals
    inner join totals as companies
        on
            companies.scope_type = 'company'
            and totals.period_type = companies.period_type
            and totals.period_start = companies.period_start
            and totals.period_end = companies.period_end
            and totals.survey_type = companies.survey_type
),

-- Nobody answering is a coverage of 0, from the first period in which anybody was asked.
asked as (
    select
        customers.audience,
        customers.scope_type,
        customers.scope_value,
        customers.period_type,
        customers.period_start,
        customers.period_end,
        customers.customers_end,
        survey_types.survey_type
    from {{ ref('fct_retention') }} as customers
    inner join (
        select
            period_type,
            survey_type,
            min(period_end) as first_end
        from {{ ref('int_survey_scope_counts') }}
        group by period_type, survey_type
    ) as survey_types
        on customers.period_type = survey_types.period_type and customers.period_end >= survey_types.first_end
    where customers.customers_end > 0
),

final as (
    select
        {%- for key in keys %}
        coalesce(counted.{{ key }}, asked.{{ key }}) as {{ key }},
        {%- endfor %}
        {%- for count in counts %}
        cast(coalesce(counted.{{ count }}, 0) as bigint) as {{ count }},
        {%- endfor %}
        -- NULL: no invitations were delivered to us, or they cannot be told apart by this scope.
        cast(case when counted.are_invited_known then nullif(counted.delivered, 0) end as bigint) as delivered,
        coalesce(counted.are_invited_known, true) as are_invited_known,
        -- An answer of nobody known has no scope but the company: elsewhere all of them are matched.
        cast(case when counted.is_whole_company then counted.matched_responses end as bigint) as matched_responses,
        case when counted.is_one_scale then counted.scale_min end as scale_min,
        case when counted.is_one_scale then counted.scale_max end as scale_max,
        coalesce(asked.customers_end, 0) as coverage_denominator
    from counted
    full outer join asked
        on
            {% for key in keys -%}
            {{ 'and ' if not loop.first }}counted.{{ key }} = asked.{{ key }}
            {% endfor %}
)

select * from final
