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

{% if var('allowed_gap_days') -%}
-- Ends of contracts that a follow-up could still undo: they have not happened yet.
unsettled as (
    select distinct
        contracts.customer_id,
        contracts.ends_on
    from {{ ref('int_contract_price_periods') }} as contracts
    cross join {{ ref('int_as_of') }} as as_of
    where
        {{ gives_activity('contracts.mrr') }}
        and {{ add_days('contracts.ends_on', var('allowed_gap_days')) }} >= as_of.as_of
),

{% endif -%}
lives as (
    select
        {%- for attribute in attribute_names() %}
        profiles.{{ attribute }},
        {%- endfor %}
        -- Who is known to have come before the history comes under observation late.
        least(lifetimes.first_active_on, spells.started_on) as origin_on,
        spells.started_on as entered_on,
        spells.ended_on,
        {{ 'unsettled.customer_id is null' if var('allowed_gap_days') else 'true' }} as is_event
    from first_starts
    inner join {{ ref('int_activity_spells') }} as spells
        on first_starts.customer_id = spells.customer_id and first_starts.started_on = spells.started_on
    inner join {{ ref('int_customer_lifetimes') }} as lifetimes on first_starts.customer_id = lifetimes.customer_id
    inner join {{ ref('int_customer_profiles') }} as profiles
        on
            first_starts.customer_id = profiles.customer_id
            and {{ is_within('spells.started_on', 'profiles.valid_from', 'profiles.valid_until') }}
    {%- if var('allowed_gap_days') %}
    left join unsettled on spells.customer_id = unsettled.customer_id and spells.ended_on = unsettled.ends_on
    {%- endif %}
    -- Nobody knows how long the others had been there.
    where lifetimes.is_start_known
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

-- One number instead of eight keys: windows over text are slow.
curves as (
    select
        {{ keys | join(', ') }},
        max(days) as longest_days,
        row_number() over (order by {{ keys | join(', ') }}) as curve_number
    from counts
    group by {{ keys | join(', ') }}
),

-- The days of the grid stand among those on which something happened: there the curve is read off.
at_all_days as (
    select curves.curve_number, counts.days, counts.exits, counts.events, counts.entries, 0 as is_on_grid
    from counts
    inner join curves
        on
            {%- for key in keys %}
            {{ 'and ' if not loop.first }}counts.{{ key }} = curves.{{ key }}
            {%- endfor %}
    union all
    select curves.curve_number, grid.days, 0 as exits, 0 as events, 0 as entries, 1 as is_on_grid
    from curves
    inner join grid on curves.longest_days >= grid.days
),

days_of_curves as (
    select
        curve_number,
        days,
        sum(exits) as exits,
        sum(events) as events,
        sum(entries) as entries,
        max(is_on_grid) as is_on_grid
    from at_all_days
    group by curve_number, days
),

curve as (
    {{ survival_curve('days_of_curves', ['curve_number']) }}
),

medians as (
    select
        curve_number,
        min(days) as median_days
    from curve
    where survival <= 0.5 and smallest_risk >= 10
    group by curve_number
),

final as (
    select
        {%- for key in keys %}
        curves.{{ key }},
        {%- endfor %}
        curve.days as age_days,
        cast(curve.at_risk as bigint) as at_risk,
        cast(curve.events as bigint) as events,
        curve.survival,
        curve.greenwood,
        medians.median_days
    from curve
    inner join curves on curve.curve_number = curves.curve_number
    left join medians on curve.curve_number = medians.curve_number
    where curve.is_on_grid = 1 and curve.smallest_risk >= 10
)

select * from final
