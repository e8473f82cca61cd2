{%- set keys = [
    'audience', 'scope_type', 'scope_value', 'period_type', 'period_start', 'period_end', 'stratum_type',
    'stratum_value',
] -%}
{%- set strata = [] -%}
{%- for attribute in ['term', 'plan', 'acquisition_channel'] if attribute in var('scope_types') -%}
{%- do strata.append(attribute) -%}
{%- endfor -%}
-- How long customers stay before they first leave, at the end of every month. The curve stands at every thirtieth day;
-- the median is exact.
with recursive first_starts as (
    select
        customer_id,
        min(started_on) as started_on
    from {{ ref('int_activity_spells') }}
    group by customer_id
),

lives as (
    select
        {%- for attribute in attribute_names() %}
        profiles.{{ attribute }},
        {%- endfor %}
        -- Who is known to have come before the history comes under observation late.
        least(lifetimes.first_active_on, spells.started_on) as origin_on,
        spells.started_on as entered_on,
        spells.ended_on,
        true as is_event
    from first_starts
    inner join {{ ref('int_activity_spells') }} as spells
        on first_starts.customer_id = spells.customer_id and first_starts.started_on = spells.started_on
    inner join {{ ref('int_customer_lifetimes') }} as lifetimes on first_starts.customer_id = lifetimes.customer_id
    inner join {{ ref('int_customer_profiles') }} as profiles
        on
            first_starts.customer_id = profiles.customer_id
            and {{ is_within('spells.started_on', 'profiles.valid_from', 'profiles.valid_until') }}
),

counts as (
    select * from ({{ duration_counts('lives', strata) }}) as counted
),

grid as (
    select cast(0 as bigint) as days
    union all
    select days + 30 as days from grid
    where days < 3660
),

-- The days of the grid stand among those on which something happened: there the curve is read off.
at_all_days as (
    select {{ keys | join(', ') }}, days, exits, events, entries, false as is_on_grid
    from counts
    union all
    select {{ keys | join(', ') }}, grid.days, 0 as exits, 0 as events, 0 as entries, true as is_on_grid
    from (
        select {{ keys | join(', ') }}, max(days) as longest_days
        from counts
        group by {{ keys | join(', ') }}
    ) as curves
    inner join grid on grid.days <= curves.longest_days
),

days_of_curves as (
    select
        {{ keys | join(', ') }},
        days,
        sum(exits) as exits,
        sum(events) as events,
        sum(entries) as entries,
        max(case when is_on_grid then 1 else 0 end) = 1 as is_on_grid
    from at_all_days
    group by {{ keys | join(', ') }}, days
),

curve as (
    {{ survival_curve('days_of_curves', keys, ['is_on_grid']) }}
),

medians as (
    select
        *,
        min(case when survival <= 0.5 and smallest_risk >= 10 then days end) over (
            partition by {{ keys | join(', ') }}
        ) as median_days
    from curve
),

final as (
    select
        {{ keys | join(', ') }},
        days as age_days,
        cast(at_risk as bigint) as at_risk,
        cast(events as bigint) as events,
        survival,
        greenwood,
        median_days
    from medians
    where is_on_grid and smallest_risk >= 10
)

select * from final
