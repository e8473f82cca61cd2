{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set own = ['campaign', 'channel'] -%}
{%- set measures = ['touches', 'replied_numerator', 'converted_numerator'] -%}

-- Touches of prospecting campaigns. Who is no customer (yet) has no attributes, and counts in the company and in the
-- audiences that are the whole company, under no value of a breakdown: (none) is for customers.
with measured as (
    select
        *,
        1 as touches,
        case when replied_on is not null then 1 else 0 end as replied_numerator,
        case when converted_on is not null then 1 else 0 end as converted_numerator
    from {{ ref('int_outreach_placed') }}
),

summed as (
    {{ scope_sums('measured', keys + own + ['is_customer'], measures) }}
),

final as (
    select
        audience,
        scope_type,
        scope_value,
        {{ (keys + own) | join(', ') }},
        {%- for measure in measures %}
        cast(sum({{ measure }}) as bigint) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from summed
    where is_customer or scope_type in ('company', 'audience')
    group by audience, scope_type, scope_value, {{ (keys + own) | join(', ') }}
)

select * from final
