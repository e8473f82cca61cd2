{%- set strata = [] -%}
{%- for attribute in ['term', 'plan', 'acquisition_channel'] if attribute in var('scope_types') -%}
{%- do strata.append(attribute) -%}
{%- endfor -%}
-- How long customers stay before they first leave, at the end of every month. The curve stands at every thirtieth day;
-- the median is exact.
with recursive first_starts as (
    select
        customer_number,
        min(started_on) as started_on
    from {{ ref('int_activity_spells') }}
    group by customer_number
),

{% if var('allowed_gap_days') -%}
-- Ends of contracts that a follow-up could still undo: they have not happened yet.
unsettled as (
    select distinct
        contracts.customer_number,
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
        {{ 'unsettled.customer_number is null' if var('allowed_gap_days') else 'true' }} as is_event
    from first_starts
    inner join {{ ref('int_activity_spells') }} as spells
        on first_starts.customer_number = spells.customer_number and first_starts.started_on = spells.started_on
    inner join {{ ref('int_customer_lifetimes') }} as lifetimes on first_starts.customer_number = lifetimes.customer_number
    inner join {{ ref('int_customer_profiles') }} as profiles
        on
            first_starts.customer_number = profiles.customer_number
            and {{ is_within('spells.started_on', 'profiles.valid_from', 'profiles.valid_until') }}
    {%- if var('allowed_gap_days') %}
    left join unsettled on spells.customer_number = unsettled.customer_number and spells.ended_on = unsettled.ends_on
    {%- endif %}
    -- Nobody knows how long the others had been there.
    where lifetimes.is_start_known
),

{{ numbered_counts('lives', strata) }},

grid as (
    select cast(0 as bigint) as days
    union all
    select days + 30 as days from grid
    where days < 3660
),

longest as (
    select
        curve_number,
        max(days) as days
    from counted
    group by curve_number
),

-- The days of the grid stand among those on which something happened: there the curve is read off.
days_of_curves as (
    select
        counted.curve_number,
        counted.days,
        counted.exits,
        counted.events,
        counted.entries,
        case when grid.days is not null then 1 else 0 end as is_on_grid
    from counted
    left join grid on counted.days = grid.days
    union all
    select
        longest.curve_number,
        grid.days,
        0 as exits,
        0 as events,
        0 as entries,
        1 as is_on_grid
    from longest
    inner join grid on longest.days >= grid.days
    left join counted on longest.curve_number = counted.curve_number and grid.days = counted.days
    where counted.days is null
),

curve as (
    {{ survival_curve('days_of_curves', ['curve_number']) }}
),

medians as (
    select
        curve_number,
        min(days) as median_days
    from curve
    where {{ is_half_gone('log_survival') }} and smallest_risk >= 10
    group by curve_number
),

final as (
    select
        copies.audience,
        case when copies.audience = '(all)' then 'company' else 'audience' end as scope_type,
        copies.audience as scope_value,
        'month' as period_type,
        curves.period_start,
        curves.period_end,
        curves.stratum_type,
        curves.stratum_value,
        curve.days as age_days,
        cast(curve.at_risk as bigint) as at_risk,
        cast(curve.events as bigint) as events,
        {{ survival('curve.log_survival') }} as survival,
        cast(curve.greenwood as double) as greenwood,
        medians.median_days
    from curve
    inner join curves on curve.curve_number = curves.curve_number
    inner join ({{ audience_copies() }}) as copies on curves.audience = copies.rows_of
    left join medians on curve.curve_number = medians.curve_number
    where curve.is_on_grid = 1 and curve.smallest_risk >= 10
)

select * from final
