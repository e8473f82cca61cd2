{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set counts = [
    'customers_start', 'customers_end', 'retained_customers', 'lost_customers', 'new_customers',
    'reactivated_customers', 'in_period_joiners_lost', 'in_period_first_timers_lost', 'moved_in', 'moved_out',
] -%}
with grouped as (
    select
        {{ keys | join(', ') }},
        {{ scope_attributes() | join(', ') }},
        {{ count_if('is_start') }} as customers_start,
        {{ count_if('is_end') }} as customers_end,
        {{ count_if('is_start and is_end') }} as retained_customers,
        {{ count_if('is_start and not is_end') }} as lost_customers,
        {{ count_if('is_end and not is_start and not was_active_before') }} as new_customers,
        {{ count_if('is_end and not is_start and was_active_before') }} as reactivated_customers,
        {{ count_if('is_active_inside and not is_start and not is_end') }} as in_period_joiners_lost,
        {{ count_if('is_active_inside and not is_start and not is_end and not was_active_before') }}
            as in_period_first_timers_lost
    from {{ ref('int_customer_periods') }}
    group by {{ keys | join(', ') }}, {{ scope_attributes() | join(', ') }}
),

audience_groups as ({{ audience_rows('grouped') }}),

audience_moves as ({{ audience_rows(ref('int_customers_moved')) }}),

-- In a scope a move nets to nothing unless the customer left it or came to it.
moves as (
    select
        {{ scope_columns() }},
        {{ keys | join(', ') }},
        sum(direction) as direction
    from audience_moves
    group by {{ scope_sets(keys + ['customer_id']) }}
    having sum(direction) <> 0
),

counted as (
    select
        {{ scope_columns() }},
        {{ keys | join(', ') }}
        {%- for count in counts if not count.startswith('moved') %},
        sum({{ count }}) as {{ count }}
        {%- endfor %},
        0 as moved_in,
        0 as moved_out
    from audience_groups
    group by {{ scope_sets(keys) }}

    union all

    select
        audience,
        scope_type,
        scope_value,
        {{ keys | join(', ') }}
        {%- for count in counts if not count.startswith('moved') %},
        0 as {{ count }}
        {%- endfor %},
        {{ count_if('direction > 0') }} as moved_in,
        {{ count_if('direction < 0') }} as moved_out
    from moves
    group by audience, scope_type, scope_value, {{ keys | join(', ') }}

    union all

    select
        whole_scopes.*,
        {{ keys | join(', ') }}
        {%- for count in counts %},
        0 as {{ count }}
        {%- endfor %}
    from ({{ whole_scopes() }}) as whole_scopes
    cross join {{ ref('int_periods') }}
),

final as (
    select
        audience,
        scope_type,
        scope_value,
        {{ keys | join(', ') }}
        {%- for count in counts %},
        cast(sum({{ count }}) as bigint) as {{ count }}
        {%- endfor %},
        cast(0 as bigint) as provisional_losses
    from counted
    group by audience, scope_type, scope_value, {{ keys | join(', ') }}
    having
        scope_type in ('company', 'audience')
        or sum(customers_start + customers_end + in_period_joiners_lost + moved_in + moved_out) > 0
)

select * from final
