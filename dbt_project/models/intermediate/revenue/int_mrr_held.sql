{%- set held = ['payers', 'mrr', 'mrr_squared', 'margin', 'unknown_margins'] -%}

-- What is paid on the day before a period is added up from the changes of MRR and of attributes, without a row per
-- customer and period. Who pays then is active then, and so counted by the attributes of that day.
with bounds as (
    select
        min(day_before) as first_edge,
        max(day_before) as last_edge
    from {{ ref('int_periods') }}
),

slices as (
    select
        payments.mrr,
        payments.margin_mrr,
        payments.is_margin_unknown,
        {%- for attribute in scope_attributes() %}
        profiles.{{ attribute }},
        {%- endfor %}
        -- A span is first seen at the end of the month it begins in.
        {{ month_end('greatest(payments.valid_from, profiles.valid_from, bounds.first_edge)') }} as first_edge,
        {{ month_end('least(coalesce(payments.valid_until, ' ~ far_future() ~ '), coalesce(profiles.valid_until, '
            ~ far_future() ~ '), ' ~ add_days('bounds.last_edge', 1) ~ ')') }} as end_edge
    from {{ ref('int_customer_mrr') }} as payments
    inner join {{ ref('int_customer_profiles') }} as profiles
        on
            payments.customer_number = profiles.customer_number
            and (profiles.valid_until is null or payments.valid_from < profiles.valid_until)
            and (payments.valid_until is null or profiles.valid_from < payments.valid_until)
    cross join bounds
    where
        not payments.is_floating
        and (payments.valid_until is null or payments.valid_until > bounds.first_edge)
        and (profiles.valid_until is null or profiles.valid_until > bounds.first_edge)
),

edge_changes as (
    {%- for sign, edge in [('', 'first_edge'), ('-', 'end_edge')] %}
    select
        {%- for attribute in scope_attributes() %}
        {{ attribute }},
        {%- endfor %}
        {{ edge }} as edge_on,
        {{ sign }}1 as payers,
        {{ sign }}mrr as mrr,
        {{ sign }}cast({{ wide('mrr') }} * mrr as decimal(38, 4)) as mrr_squared,
        {{ sign }}margin_mrr as margin,
        {{ sign }}case when is_margin_unknown then 1 else 0 end as unknown_margins
    from slices
    where first_edge < end_edge
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

edge_rows as (
    {{ differing_audience_rows('edge_changes') }}
),

changes_by_scope as (
    select
        {{ scope_columns() }},
        edge_on,
        {%- for name in held %}
        sum({{ name }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from edge_rows
    group by {{ scope_sets(['edge_on']) }}
),

held_by_scope as (
    select
        audience,
        scope_type,
        scope_value,
        edge_on as held_from,
        coalesce(lead(edge_on) over scope_edges, {{ far_future() }}) as held_until,
        {%- for name in held %}
        sum({{ name }}) over (scope_edges rows between unbounded preceding and current row) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from changes_by_scope
    window scope_edges as (partition by audience, scope_type, scope_value order by edge_on)
),

intervals as (
    select distinct
        period_start,
        period_end,
        day_before
    from {{ ref('int_periods') }}
),

final as (
    select
        held_by_scope.audience,
        held_by_scope.scope_type,
        held_by_scope.scope_value,
        intervals.period_start,
        intervals.period_end,
        {{ held | join(', ') }}
    from held_by_scope
    inner join intervals
        on intervals.day_before >= held_by_scope.held_from and intervals.day_before < held_by_scope.held_until
    where held_by_scope.payers > 0
)

select * from final
