{%- set scope = ['audience', 'scope_type', 'scope_value'] -%}
{%- set blocks = {'month': 1, 'quarter': 3, 'year': 12} -%}
{%- set held = ['block_months', 'first_end', 'last_end'] -%}
{%- set measures = ['joined_all', 'lost_all', 'joined_with', 'lost_with'] -%}
-- Customers whose ninetieth day after joining lies in the period, and those of them who are no customers on that day. A row
-- holds for every period of its block that ends from first_end to last_end: a month, a quarter, or the years to date.
with joined as (
    select
        customer_number,
        first_active_on as joined_on,
        {{ add_days('first_active_on', 90) }} as ninetieth_day
    from {{ ref('int_customer_lifetimes') }}
    -- Without a cohort it is not known when they joined; of who joined before the history begins, the first days are not.
    where cohort_month is not null and first_seen_on = first_active_on
),

welcomes as (
    select
        identified.customer_number,
        interactions.occurred_on
    from {{ ref('int_interactions_admitted') }} as interactions
    inner join {{ ref('int_customers_identified') }} as identified on interactions.customer_id = identified.customer_id
    where interactions.completed and lower(interactions.kind) in ('training', 'onboarding')
),

welcomed as (
    select distinct joined.customer_number
    from joined
    inner join welcomes
        on
            joined.customer_number = welcomes.customer_number
            and welcomes.occurred_on >= joined.joined_on
            and welcomes.occurred_on < {{ add_days('joined.joined_on', 30) }}
),

judged as (
    select
        joined.customer_number,
        joined.ninetieth_day,
        welcomed.customer_number is not null as is_welcomed,
        spells.customer_number is null as is_lost
    from joined
    left join welcomed on joined.customer_number = welcomed.customer_number
    left join {{ ref('int_activity_spells') }} as spells
        on
            joined.customer_number = spells.customer_number
            and {{ is_within('joined.ninetieth_day', 'spells.started_on', 'spells.ended_on') }}
),

in_blocks as (
    {%- for block, months in blocks.items() %}
    {%- set block_start = 'cast(' ~ dbt.date_trunc(block, 'ninetieth_day') ~ ' as date)' %}
    {%- set block_end = add_days(add_months(block_start, months), -1) %}
    select
        {{ months }} as block_months,
        {{ block_start }} as period_start,
        {{ month_end('ninetieth_day') if block == 'year' else block_end }} as first_end,
        {{ block_end }} as last_end,
        customer_number,
        is_welcomed,
        is_lost
    from judged
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- Who comes back in a later month of the year is placed by that day in the years to date that have it.
returners as (
    select
        in_blocks.block_months,
        in_blocks.period_start,
        {{ month_end('returned.joined_on') }} as first_end,
        in_blocks.last_end,
        in_blocks.customer_number,
        in_blocks.is_welcomed,
        in_blocks.is_lost
    from in_blocks
    inner join {{ ref('int_customers_joined') }} as returned
        on
            in_blocks.customer_number = returned.customer_number
            and in_blocks.period_start = returned.period_start
            and in_blocks.first_end < returned.joined_on
            and in_blocks.last_end >= returned.joined_on
),

stretches as (
    select
        in_blocks.block_months,
        in_blocks.period_start,
        in_blocks.first_end,
        coalesce({{ add_days(month_of('returners.first_end'), -1) }}, in_blocks.last_end) as last_end,
        in_blocks.customer_number,
        in_blocks.is_welcomed,
        in_blocks.is_lost
    from in_blocks
    left join returners
        on
            in_blocks.customer_number = returners.customer_number
            and in_blocks.block_months = returners.block_months
    union all
    select * from returners
),

dated as (
    select
        *,
        first_end as period_end
    from stretches
),

placed as (
    {{ placed_numbers('dated') }}
),

counted as (
    select
        {{ held | join(', ') }},
        attributes_key,
        plan_key,
        1 as joined_all,
        case when is_lost then 1 else 0 end as lost_all,
        case when is_welcomed then 1 else 0 end as joined_with,
        case when is_welcomed and is_lost then 1 else 0 end as lost_with
    from placed
),

summed as (
    {{ coded_totals('counted', held, measures) }}
),

scoped as (
    select
        {{ copied_scope('summed', 'copies') }},
        {%- for column in held + measures %}
        summed.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from summed
    inner join ({{ audience_copies() }}) as copies on summed.audience = copies.rows_of
),

told as (
    select {{ scope | join(', ') }}, {{ held | join(', ') }}, 'all' as onboarding, joined_all as joined, lost_all as lost
    from scoped
    union all
    select {{ scope | join(', ') }}, {{ held | join(', ') }}, 'with' as onboarding, joined_with as joined, lost_with as lost
    from scoped
    where {{ is_delivered('interactions') }}
    union all
    select
        {{ scope | join(', ') }},
        {{ held | join(', ') }},
        'without' as onboarding,
        joined_all - joined_with as joined,
        lost_all - lost_with as lost
    from scoped
    where {{ is_delivered('interactions') }}
),

final as (
    select
        {%- for column in scope %}
        told.{{ column }},
        {%- endfor %}
        periods.period_type,
        periods.period_start,
        periods.period_end,
        told.onboarding,
        cast(sum(told.joined) as bigint) as joined_customers,
        cast(sum(told.lost) as bigint) as lost_customers
    from told
    inner join {{ ref('int_periods') }} as periods
        on
            told.block_months
            = case periods.block_type{% for block, months in blocks.items() %} when '{{ block }}' then {{ months }}{% endfor %} end
            and periods.period_end between told.first_end and told.last_end
    where told.joined > 0
    group by
        {% for column in scope %}told.{{ column }}, {% endfor -%}
        told.onboarding, periods.period_type, periods.period_start, periods.period_end
)

select * from final
