{%- set blocks = [('month', 1), ('quarter', 3), ('year', 12)] -%}
{%- set found = ['block_type', 'block_start', 'first_end', 'last_end', 'customer_id', 'customer_number', 'change', 'changed_on', 'is_new', 'is_plan_changed'] -%}
-- Who left and who came, per month, quarter and year, read off the starts and ends of spells: rows for what changed, none
-- for who stayed. A row holds for every period of its block that ends from first_end to last_end: for a month or a quarter
-- that is itself, for a year the years to date at whose end the customer is gone (or there), and the year.
with blocks as (
    select distinct
        block_type,
        period_start as block_start
    from {{ ref('int_periods') }}
    where {{ is_in_ledger('period_start') }}
),

starts as (
    {%- for block, months in blocks %}
    {%- set block_start = 'cast(' ~ dbt.date_trunc(block, 'started_on') ~ ' as date)' %}
    {%- set block_end = add_days(add_months(block_start, months), -1) %}
    select
        blocks.block_type,
        blocks.block_start,
        {{ month_end('started_on') if block == 'year' else block_end }} as first_end,
        least({{ block_end }}, coalesce({{ add_days(month_of('ended_on'), -1) }}, {{ far_future() }})) as last_end,
        customer_id,
        customer_number,
        started_on,
        previous_ended_on is null as is_first_spell,
        -- One that ended within the block, or on its first day, was there on the day before.
        previous_ended_on is null or previous_ended_on < {{ block_start }} as is_joining,
        attributes_key,
        plan_key,
        attributes_since,
        profile_since >= {{ block_start }} as is_plan_changed
    from {{ ref('int_activity_slices') }}
    inner join blocks on blocks.block_type = '{{ block }}' and blocks.block_start = {{ block_start }}
    where slice_from = started_on
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

ends as (
    {%- for block, months in blocks %}
    {%- set block_start = 'cast(' ~ dbt.date_trunc(block, 'ended_on') ~ ' as date)' %}
    {%- set block_end = add_days(add_months(block_start, months), -1) %}
    select
        blocks.block_type,
        blocks.block_start,
        {{ month_end('ended_on') if block == 'year' else block_end }} as first_end,
        least({{ block_end }}, coalesce({{ add_days(month_of('next_started_on'), -1) }}, {{ far_future() }})) as last_end,
        customer_id,
        customer_number,
        started_on,
        ended_on,
        slice_from,
        attributes_key,
        plan_key
    from {{ ref('int_activity_slices') }}
    inner join blocks on blocks.block_type = '{{ block }}' and blocks.block_start = {{ block_start }}
    where slice_until = ended_on
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- An acquisition before the first activity, or a history that begins too late to tell: they were there before.
older_customers as (
    select
        customer_number,
        case when is_start_known then first_active_on else {{ beginning_of_time() }} end as first_active_on
    from {{ ref('int_customer_lifetimes') }}
    where not is_start_known or first_active_on < first_seen_on
),

-- The first start in a block of who was not there on the day before it.
joiners as (
    select
        starts.block_type,
        starts.block_start,
        starts.customer_number,
        starts.started_on as joined_on,
        starts.is_first_spell and coalesce(older_customers.first_active_on >= starts.block_start, true) as is_new,
        starts.attributes_key,
        starts.plan_key,
        starts.attributes_since,
        starts.is_plan_changed
    from starts
    left join older_customers on starts.customer_number = older_customers.customer_number
    where starts.is_joining
),

there as (
    select
        starts.block_type,
        starts.block_start,
        starts.first_end,
        starts.last_end,
        starts.customer_id,
        starts.customer_number,
        'joined' as change,
        joiners.joined_on as changed_on,
        joiners.is_new,
        joiners.is_plan_changed,
        joiners.attributes_key,
        joiners.plan_key,
        joiners.attributes_since >= joiners.block_start as is_placed_before
    from starts
    inner join joiners
        on
            starts.customer_number = joiners.customer_number
            and starts.block_start = joiners.block_start
            and starts.block_type = joiners.block_type
    where starts.first_end <= starts.last_end
),

gone_at_once as (
    select
        {{ found | reject('in', ['change', 'changed_on', 'is_new', 'is_plan_changed']) | join(', ') }},
        'lost' as change,
        ended_on as changed_on,
        false as is_new,
        false as is_plan_changed,
        attributes_key,
        plan_key,
        slice_from >= block_start as is_placed_before
    from ends
    where first_end <= last_end and started_on < block_start
),

-- Who came back, or came, inside the block and left again was either there before it or joined in it.
gone_again as (
    select
        {%- for column in found | reject('in', ['change', 'changed_on', 'is_new', 'is_plan_changed']) %}
        ends.{{ column }},
        {%- endfor %}
        case when joiners.customer_number is null then 'lost' else 'joined and lost' end as change,
        coalesce(joiners.joined_on, ends.ended_on) as changed_on,
        coalesce(joiners.is_new, false) as is_new,
        coalesce(joiners.is_plan_changed, false) as is_plan_changed,
        joiners.attributes_key,
        joiners.plan_key,
        coalesce(joiners.attributes_since >= joiners.block_start, true) as is_placed_before
    from ends
    left join joiners
        on
            ends.customer_number = joiners.customer_number
            and ends.block_start = joiners.block_start
            and ends.block_type = joiners.block_type
    where ends.first_end <= ends.last_end and ends.started_on >= ends.block_start
),

changes as (
    select {{ found | join(', ') }}, attributes_key, plan_key, is_placed_before from there
    union all
    select {{ found | join(', ') }}, attributes_key, plan_key, is_placed_before from gone_at_once
    union all
    select {{ found | join(', ') }}, attributes_key, plan_key, is_placed_before from gone_again
),

-- What changed inside the block is read as of the day before it; only the plan of a joiner is that of the first day.
placed as (
    select
        {{ found | join(', ') }},
        attributes_key,
        plan_key
    from changes
    where not is_placed_before

    union all

    select
        {%- for column in found %}
        changes.{{ column }},
        {%- endfor %}
        before.attributes_key,
        case when changes.change = 'lost' then before.plan_key else changes.plan_key end as plan_key
    from changes
    inner join {{ ref('int_customer_profiles') }} as before
        on
            changes.customer_number = before.customer_number
            and {{ was_within('changes.block_start', 'before.valid_from', 'before.valid_until') }}
    where changes.is_placed_before
),

{%- if var('allowed_gap_days') %}

-- Ends of contracts that a follow-up could still undo: the allowed gap has not passed on the as-of day.
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
{%- endif %}

final as (
    select
        placed.*,
        {% if var('allowed_gap_days') -%}
        unsettled.customer_id is not null as is_provisional
        {%- else -%}
        false as is_provisional
        {%- endif %}
    from placed
    {%- if var('allowed_gap_days') %}
    left join unsettled
        on
            placed.customer_id = unsettled.customer_id
            and placed.changed_on = unsettled.ends_on
            and placed.change = 'lost'
    {%- endif %}
)

select * from final
