{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set scope = ['audience', 'scope_type', 'scope_value'] -%}
{%- set changed = [
    'lost_customers', 'new_customers', 'reactivated_customers', 'in_period_joiners_lost', 'in_period_first_timers_lost',
    'provisional_losses',
] -%}
{%- set moved = ['moved_in', 'moved_out'] -%}
{%- set counts = ['customers_start'] + changed -%}
{%- set blocks = ['block_type', 'block_start', 'first_end', 'last_end'] -%}
-- No row per customer and period: who is there at a month's end is added up from the starts and ends of slices, who left
-- and came from what changed. All else follows: retained = start − lost, end = retained + new + reactivated.
with edges as (
    select
        min(day_before) as first_edge,
        max(day_before) as last_edge
    from {{ ref('int_periods') }}
    where {{ is_in_ledger('period_start') }}
),

-- A slice is there at every month's end from the one at or after its first day up to the one at or after its last.
slices as (
    select
        attributes_key,
        plan_key,
        greatest({{ month_end('slice_from') }}, edges.first_edge) as first_edge,
        {{ month_end('least(slice_until, ' ~ add_days('edges.last_edge', 1) ~ ')') }} as end_edge
    from {{ ref('int_activity_slices') }}
    cross join edges
    where slice_from <= edges.last_edge and slice_until > edges.first_edge
),

measures as (
    {%- for sign, edge in [('', 'first_edge'), ('-', 'end_edge')] %}
    select
        'edge' as block_type,
        cast(null as date) as block_start,
        {{ edge }} as first_end,
        cast(null as date) as last_end,
        attributes_key,
        plan_key,
        {{ sign }}1 as customers_start
        {%- for count in changed %},
        0 as {{ count }}
        {%- endfor %}
    from slices
    where first_edge < end_edge
    union all
    {%- endfor %}
    select
        block_type,
        block_start,
        first_end,
        last_end,
        attributes_key,
        plan_key,
        0 as customers_start,
        case when change = 'lost' then 1 else 0 end as lost_customers,
        case when change = 'joined' and is_new then 1 else 0 end as new_customers,
        case when change = 'joined' and not is_new then 1 else 0 end as reactivated_customers,
        case when change = 'joined and lost' then 1 else 0 end as in_period_joiners_lost,
        case when change = 'joined and lost' and is_new then 1 else 0 end as in_period_first_timers_lost,
        case when change = 'lost' and is_provisional then 1 else 0 end as provisional_losses
    from {{ ref('int_period_changes') }}
),

differing as ({{ coded_totals('measures', blocks, counts) }}),

scoped as (
    select
        {{ copied_scope('differing', 'copies') }},
        {%- for column in blocks + counts %}
        differing.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from differing
    inner join ({{ audience_copies() }}) as copies on differing.audience = copies.rows_of
),

held as (
    select
        {{ scope | join(', ') }},
        first_end as held_from,
        coalesce(lead(first_end) over scope_edges, {{ far_future() }}) as held_until,
        sum(customers_start) over (scope_edges rows between unbounded preceding and current row) as customers_start
    from scoped
    where block_type = 'edge'
    window scope_edges as (partition by {{ scope | join(', ') }} order by first_end)
),

moves_before as (
    select
        block_type,
        block_start,
        customers,
        attributes_key as attributes_key_now,
        plan_key as plan_key_now,
        attributes_key_before as attributes_key,
        plan_key_before as plan_key
    from {{ ref('int_customers_moved') }}
),

described_before as ({{ described_keys('moves_before') }}),

renamed_before as (
    select
        block_type,
        block_start,
        customers,
        attributes_key_now as attributes_key,
        plan_key_now as plan_key,
        {%- for attribute in scope_attributes() %}
        {{ attribute }} as {{ attribute }}_before{{ ',' if not loop.last }}
        {%- endfor %}
    from described_before
),

described_moves as ({{ described_keys('renamed_before') }}),

-- Per kind of scope those who changed it, or may have changed the audience; few groups.
crossings as (
    {%- for scope_type in (['(whole)'] if audience_attributes() or not var('scope_types') else []) + var('scope_types') %}
    {%- set is_whole = scope_type == '(whole)' %}
    {%- set crossed = ([] if is_whole else [scope_type]) + (audience_attributes() | reject('equalto', scope_type) | list) %}
    select
        {{ "cast(null as varchar)" if is_whole else "'" ~ scope_type ~ "'" }} as moved_type,
        {{ "cast(null as varchar)" if is_whole else scope_type ~ '_before' }} as value_before,
        {{ "cast(null as varchar)" if is_whole else scope_type }} as value_now,
        block_type,
        block_start,
        {%- for attribute in audience_attributes() %}
        {{ attribute }}_before,
        {{ attribute }},
        {%- endfor %}
        sum(customers) as customers
    from described_moves
    where {% for attribute in crossed %}{{ ' or ' if not loop.first }}{{ attribute }} <> {{ attribute }}_before{% else %}false{% endfor %}
    group by
        block_type, block_start
        {%- if not is_whole %}, {{ scope_type }}_before, {{ scope_type }}{% endif %}
        {%- for attribute in audience_attributes() %}, {{ attribute }}_before, {{ attribute }}{% endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- In an audience a customer who left the scope was in it before and is not, or not with that value, in it now.
audience_crossings as (
    {%- for audience in [{'name': '(all)'}] + var('audiences') %}
    select
        {{ sql_text(audience.name) }} as audience,
        moved_type,
        value_before,
        value_now,
        block_type,
        block_start,
        customers,
        coalesce(value_before <> value_now, false) as is_changed,
        {%- for suffix in ['_before', ''] %}
        {% for attribute, allowed in (audience.get('filter') or {}).items() -%}
        {{ 'and ' if not loop.first }}{{ attribute }}{{ suffix }} in (
            {%- for value in allowed %}{{ sql_text(value) }}{{ ', ' if not loop.last }}{% endfor -%})
        {% else -%}
        true
        {% endfor -%}
        as is_in{{ suffix }}{{ ',' if not loop.last }}
        {%- endfor %}
    from crossings
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

moved_by_scope as (
    {%- for side, own, other in [('before', 'is_in_before', 'is_in'), ('now', 'is_in', 'is_in_before')] %}
    select
        audience,
        coalesce(moved_type, 'audience') as scope_type,
        coalesce(value_{{ side }}, audience) as scope_value,
        block_type,
        block_start,
        {{ 'customers' if side == 'now' else '0' }} as moved_in,
        {{ 'customers' if side == 'before' else '0' }} as moved_out
    from audience_crossings
    where {{ own }} and (is_changed or not {{ other }})
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

counted as (
    select
        {%- for column in scope %}
        held.{{ column }},
        {%- endfor %}
        {%- for key in keys %}
        periods.{{ key }},
        {%- endfor %}
        held.customers_start
        {%- for count in changed + moved %},
        0 as {{ count }}
        {%- endfor %}
    from held
    inner join {{ ref('int_periods') }} as periods
        on periods.day_before >= held.held_from and periods.day_before < held.held_until

    union all

    select
        {%- for column in scope %}
        scoped.{{ column }},
        {%- endfor %}
        {%- for key in keys %}
        periods.{{ key }},
        {%- endfor %}
        0 as customers_start,
        {{ changed | join(', ') }}
        {%- for count in moved %},
        0 as {{ count }}
        {%- endfor %}
    from scoped
    inner join {{ ref('int_periods') }} as periods
        on
            scoped.block_type = periods.block_type
            and scoped.block_start = periods.period_start
            and periods.period_end between scoped.first_end and scoped.last_end

    union all

    select
        {%- for column in scope %}
        moved_by_scope.{{ column }},
        {%- endfor %}
        {%- for key in keys %}
        periods.{{ key }},
        {%- endfor %}
        0 as customers_start
        {%- for count in changed %},
        0 as {{ count }}
        {%- endfor %},
        {{ moved | join(', ') }}
    from moved_by_scope
    inner join {{ ref('int_periods') }} as periods
        on moved_by_scope.block_type = periods.block_type and moved_by_scope.block_start = periods.period_start

    union all

    select
        whole_scopes.*,
        {{ keys | join(', ') }},
        0 as customers_start
        {%- for count in changed + moved %},
        0 as {{ count }}
        {%- endfor %}
    from ({{ whole_scopes() }}) as whole_scopes
    cross join {{ ref('int_periods') }}
),

totals as (
    select
        {{ scope | join(', ') }},
        {{ keys | join(', ') }}
        {%- for count in counts + moved %},
        cast(sum({{ count }}) as bigint) as {{ count }}
        {%- endfor %}
    from counted
    where {{ is_in_ledger('period_start') }}
    group by {{ scope | join(', ') }}, {{ keys | join(', ') }}
),

final as (
    select
        {{ scope | join(', ') }},
        {{ keys | join(', ') }},
        customers_start,
        customers_start - lost_customers + new_customers + reactivated_customers as customers_end,
        customers_start - lost_customers as retained_customers,
        lost_customers,
        new_customers,
        reactivated_customers,
        in_period_joiners_lost,
        in_period_first_timers_lost,
        moved_in,
        moved_out,
        provisional_losses
    from totals
    where
        scope_type in ('company', 'audience')
        or customers_start + new_customers + reactivated_customers + in_period_joiners_lost + moved_in + moved_out > 0
)

select * from final
