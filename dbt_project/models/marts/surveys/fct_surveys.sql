{%- set keys = ['period_type', 'period_start', 'period_end'] -%}

with survey_rows as (
    select
        survey_rows.*,
        case when customer_periods.is_end then survey_rows.customer_id end as end_customer_id
    from {{ ref('int_survey_period_rows') }} as survey_rows
    left join {{ ref('int_customer_periods') }} as customer_periods
        on
            survey_rows.period_type = customer_periods.period_type
            and survey_rows.period_end = customer_periods.period_end
            and survey_rows.customer_id = customer_periods.customer_id
),

audience_rows as (
    {{ audience_rows('survey_rows') }}
),

totals as (
    select
        {{ scope_columns() }},
        {{ keys | join(', ') }},
        survey_type,
        count(score) as responses,
        cast(sum(completed) as bigint) as completed_responses,
        cast(sum(delivered) as bigint) as delivered_invitations,
        min(case when are_invited_known then 1 else 0 end) = 1 as are_invited_known,
        count(case when nps_class = 'promoter' then 1 end) as promoters,
        count(case when nps_class = 'passive' then 1 end) as passives,
        count(case when nps_class = 'detractor' then 1 end) as detractors,
        count(case when score_band in ('satisfied', 'advocate') then 1 end) as satisfied,
        count(score_band) as csat_denominator,
        min(scale_min) as lowest_min,
        max(scale_min) as highest_min,
        min(scale_max) as lowest_max,
        max(scale_max) as highest_max,
        cast(coalesce(sum(score), 0) as bigint) as score_sum,
        count(distinct case when score is not null then end_customer_id end) as coverage_numerator
    from audience_rows
    group by {{ scope_sets(keys + ['survey_type']) }}
),

counted as (
    select
        *,
        -- NULL: no invitations were delivered to us, or they cannot be told apart by this scope.
        case
            when are_invited_known or scope_type = 'company' or {{ is_whole_company_audience() }}
                then nullif(delivered_invitations, 0)
        end as delivered,
        -- One scale only: a mean over several says nothing.
        lowest_min = highest_min and lowest_max = highest_max as is_one_scale
    from totals
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
        from {{ ref('int_survey_period_rows') }}
        group by period_type, survey_type
    ) as survey_types
        on customers.period_type = survey_types.period_type and customers.period_end >= survey_types.first_end
    where customers.customers_end > 0
),

final as (
    select
        {%- for key in ['audience', 'scope_type', 'scope_value'] + keys + ['survey_type'] %}
        coalesce(counted.{{ key }}, asked.{{ key }}) as {{ key }},
        {%- endfor %}
        {%- for count in [
            'responses', 'completed_responses', 'promoters', 'passives', 'detractors', 'satisfied', 'csat_denominator',
            'score_sum', 'coverage_numerator',
        ] %}
        coalesce(counted.{{ count }}, 0) as {{ count }},
        {%- endfor %}
        counted.delivered,
        case when counted.is_one_scale then counted.lowest_min end as scale_min,
        case when counted.is_one_scale then counted.highest_max end as scale_max,
        coalesce(asked.customers_end, 0) as coverage_denominator
    from counted
    full outer join asked
        on
            counted.audience = asked.audience
            and counted.scope_type = asked.scope_type
            and counted.scope_value = asked.scope_value
            and counted.period_type = asked.period_type
            and counted.period_end = asked.period_end
            and counted.survey_type = asked.survey_type
)

select * from final
