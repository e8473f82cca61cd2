{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set names = ['any'] + (risk_signals() | map(attribute='name') | list) -%}
{%- set filters = audience_attributes() -%}
-- How many customers of the company and of each audience show a signal at a month's end, and what is at stake with them.
with flagged as (
    select
        *,
        signal_count > 0 as has_any
    from {{ ref('int_customers_at_risk') }}
),

grouped as (
    select
        {{ (keys + filters) | join(', ') }},
        count(*) as active_customers
        {%- for name in names %},
        {{ count_if('has_' ~ name) }} as customers_{{ name }},
        {{ count_if('has_' ~ name ~ ' and do_not_contact') }} as unlisted_{{ name }},
        {{ amount_sum('case when has_' ~ name ~ ' then value_at_stake end') }} as value_{{ name }}
        {%- endfor %}
    from flagged
    group by {{ (keys + filters) | join(', ') }}
),

audience_groups as (
    {{ audience_rows('grouped') }}
),

counted as (
    select
        audience,
        {{ keys | join(', ') }},
        sum(active_customers) as active_customers
        {%- for name in names %},
        sum(customers_{{ name }}) as customers_{{ name }},
        sum(unlisted_{{ name }}) as unlisted_{{ name }},
        sum(value_{{ name }}) as value_{{ name }}
        {%- endfor %}
    from audience_groups
    group by audience, {{ keys | join(', ') }}
),

told as (
    {%- for name in names %}
    select
        audience,
        {{ keys | join(', ') }},
        active_customers,
        '{{ name }}' as signal,
        {% if name == 'any' -%} true {%- else -%}
        {{ is_delivered((risk_signals() | selectattr('name', 'equalto', name) | first).entities) }} {%- endif %} as is_available,
        customers_{{ name }} as customers,
        unlisted_{{ name }} as unlisted_customers,
        value_{{ name }} as value_at_stake
    from counted
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- A signal without its entity has no count: nobody looked.
final as (
    select
        told.audience,
        whole_scopes.scope_type,
        whole_scopes.scope_value,
        {%- for key in keys %}
        told.{{ key }},
        {%- endfor %}
        told.signal,
        told.is_available,
        cast(told.active_customers as bigint) as active_customers,
        cast(case when told.is_available then told.customers end as bigint) as customers,
        cast(case when told.is_available then told.unlisted_customers end as bigint) as unlisted_customers,
        cast(case when told.is_available then told.value_at_stake end as decimal(18, 2)) as value_at_stake
    from told
    inner join ({{ whole_scopes() }}) as whole_scopes on told.audience = whole_scopes.audience
)

select * from final
