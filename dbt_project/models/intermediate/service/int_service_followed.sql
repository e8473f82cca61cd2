{%- set keys = ['period_type', 'period_start', 'period_end'] -%}

-- Customers with a case of a category in a period who were active on its last day, and how many of them no longer were
-- three months later. A period whose three months have not passed has no rows.
with customer_rows as (
    select distinct
        {% for attribute in scope_attributes() %}events.{{ attribute }},
        {% endfor -%}
        events.period_type,
        events.period_start,
        events.period_end,
        {{ month_end(add_months(month_of('events.period_end'), 3)) }} as judged_on,
        events.customer_id,
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
    inner join {{ ref('int_activity_spells') }} as spells
        on
            customer_rows.customer_id = spells.customer_id
            and {{ is_within('customer_rows.period_end', 'spells.started_on', 'spells.ended_on') }}
),

followed as (
    select
        active.*,
        1 as churn_3m_denominator,
        case when active.ended_on <= active.judged_on and spells.customer_id is null then 1 else 0 end
            as churn_3m_numerator
    from active
    left join {{ ref('int_activity_spells') }} as spells
        on
            active.customer_id = spells.customer_id
            and active.ended_on <= active.judged_on
            and {{ is_within('active.judged_on', 'spells.started_on', 'spells.ended_on') }}
),

summed as (
    {{ scope_sums('followed', keys, ['churn_3m_numerator', 'churn_3m_denominator'], ['category']) }}
),

final as (
    select * from summed
    where breakdown = 'category'
)

select * from final
