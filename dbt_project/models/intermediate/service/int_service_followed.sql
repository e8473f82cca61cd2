{%- set keys = ['period_type', 'period_start', 'period_end'] -%}

-- Customers with a case of a category in a period who were active on its last day, and how many of them no longer were
-- three months later: of the company and every audience. A period whose three months have not passed has no rows.
with spells as (
    select
        identified.customer_number,
        spells.started_on,
        spells.ended_on
    from {{ ref('int_activity_spells') }} as spells
    inner join {{ ref('int_customers_identified') }} as identified on spells.customer_id = identified.customer_id
),

customer_rows as (
    select distinct
        events.attributes_key,
        events.plan_key,
        events.period_type,
        events.period_start,
        events.period_end,
        {{ month_end(add_months(month_of('events.period_end'), 3)) }} as judged_on,
        events.customer_number,
        events.category
    from {{ ref('int_service_events') }} as events
    inner join {{ ref('int_as_of') }} as as_of
        on {{ month_end(add_months(month_of('events.period_end'), 3)) }} <= as_of.data_through
    where events.event = 'opened'
),

active as (
    select
        customer_rows.*,
        spells.ended_on
    from customer_rows
    inner join spells
        on
            customer_rows.customer_number = spells.customer_number
            and {{ is_within('customer_rows.period_end', 'spells.started_on', 'spells.ended_on') }}
),

followed as (
    select
        active.attributes_key,
        active.plan_key,
        {%- for key in keys %}
        active.{{ key }},
        {%- endfor %}
        active.category,
        sum(case when active.ended_on <= active.judged_on and spells.customer_number is null then 1 else 0 end)
            as churn_3m_numerator,
        count(*) as churn_3m_denominator
    from active
    left join spells
        on
            active.customer_number = spells.customer_number
            and active.ended_on <= active.judged_on
            and {{ is_within('active.judged_on', 'spells.started_on', 'spells.ended_on') }}
    group by active.attributes_key, active.plan_key, active.category
        {%- for key in keys %}, active.{{ key }}{% endfor %}
),

described as (
    {{ described_keys('followed') }}
),

of_audiences as (
    {{ audience_rows('described') }}
),

final as (
    select
        audience,
        case when audience = '(all)' then 'company' else 'audience' end as scope_type,
        audience as scope_value,
        'category' as breakdown,
        category as value,
        {{ keys | join(', ') }},
        sum(churn_3m_numerator) as churn_3m_numerator,
        sum(churn_3m_denominator) as churn_3m_denominator
    from of_audiences
    group by audience, category, {{ keys | join(', ') }}
)

select * from final
