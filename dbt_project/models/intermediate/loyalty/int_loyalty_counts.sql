{%- set blocks = [('month', 1), ('quarter', 3), ('year', 12)] -%}

-- Members as the ledger counts customers, and what they spent, by tier and place. No row per member and period: `edge`
-- rows say from which month's end on how many more (or fewer) are there; the others hold for every period of their block
-- that ends from first_end to last_end. The tier is that of the day before the period.
with members as (
    select * from {{ ref('int_loyalty_tiers') }}
    where tier <> '(none)'
),

edges as (
    select
        min(day_before) as first_edge,
        max(day_before) as last_edge
    from {{ ref('int_periods') }}
),

slices as (
    select
        slices.attributes_key,
        slices.plan_key,
        members.tier,
        greatest(slices.slice_from, members.valid_from) as tier_from,
        least(slices.slice_until, coalesce(members.valid_until, {{ far_future() }})) as tier_until
    from {{ ref('int_activity_slices') }} as slices
    inner join members
        on
            slices.customer_id = members.customer_id
            and members.valid_from < slices.slice_until
            and (members.valid_until is null or slices.slice_from < members.valid_until)
),

-- There at every month's end from the one at or after the first day up to the one at or after the last.
there as (
    select
        attributes_key,
        plan_key,
        tier,
        greatest({{ month_end('tier_from') }}, edges.first_edge) as first_edge,
        {{ month_end('least(tier_until, ' ~ add_days('edges.last_edge', 1) ~ ')') }} as end_edge
    from slices
    cross join edges
    where tier_from <= edges.last_edge and tier_until > edges.first_edge
),

changes as (
    select
        changes.*,
        members.tier
    from {{ ref('int_period_changes') }} as changes
    inner join members
        on
            changes.customer_id = members.customer_id
            and {{ is_within(add_days('changes.block_start', -1), 'members.valid_from', 'members.valid_until') }}
    where changes.change in ('lost', 'joined')
),

spent as (
    select
        customer_id,
        line_month,
        {{ amount_sum('base_amount') }} as revenue
    from {{ ref('int_order_lines') }}
    where
        customer_id in (select customer_id from members)
        and line_month >= (select min(period_start) from {{ ref('int_periods') }})
    group by customer_id, line_month
),

spent_in_blocks as (
    {%- for block, months in blocks %}
    {%- set block_start = 'cast(' ~ dbt.date_trunc(block, 'line_month') ~ ' as date)' %}
    {%- set block_end = add_days(add_months(block_start, months), -1) %}
    select
        '{{ block }}' as block_type,
        {{ block_start }} as block_start,
        {{ month_end('line_month') if block == 'year' else block_end }} as first_end,
        {{ block_end }} as last_end,
        customer_id,
        revenue
    from spent
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- Whose plan counts: the day before the block, and for years to date that end after a customer joined, that day.
spent_on_days as (
    {%- for first_end, last_end, plan_on, condition in [
        ('spent.first_end', 'spent.last_end', 'joined.joined_on', 'joined.joined_on <= spent.first_end'),
        (
            'spent.first_end', 'spent.last_end', add_days('spent.block_start', -1),
            'joined.joined_on is null or joined.joined_on > spent.last_end'
        ),
        (
            'spent.first_end', add_days(month_of('joined.joined_on'), -1), add_days('spent.block_start', -1),
            'joined.joined_on > spent.first_end and joined.joined_on <= spent.last_end'
        ),
        (
            month_end('joined.joined_on'), 'spent.last_end', 'joined.joined_on',
            'joined.joined_on > spent.first_end and joined.joined_on <= spent.last_end'
        ),
    ] %}
    select
        spent.block_type,
        spent.block_start,
        {{ first_end }} as first_end,
        {{ last_end }} as last_end,
        spent.customer_id,
        spent.revenue,
        {{ plan_on }} as plan_on
    from spent_in_blocks as spent
    left join {{ ref('int_customers_joined') }} as joined
        on spent.customer_id = joined.customer_id and spent.block_start = joined.period_start
    where {{ condition }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

spent_placed as (
    select
        spent.*,
        members.tier,
        of_day.attributes_key,
        coalesce(of_plan.plan_key, 0) as plan_key
    from spent_on_days as spent
    inner join members
        on
            spent.customer_id = members.customer_id
            and {{ is_within(add_days('spent.block_start', -1), 'members.valid_from', 'members.valid_until') }}
    left join {{ ref('int_customer_profiles') }} as of_day
        on
            spent.customer_id = of_day.customer_id
            and {{ is_within(add_days('spent.block_start', -1), 'of_day.valid_from', 'of_day.valid_until') }}
    left join {{ ref('int_customer_profiles') }} as of_plan
        on
            spent.customer_id = of_plan.customer_id
            and {{ is_within('spent.plan_on', 'of_plan.valid_from', 'of_plan.valid_until') }}
            and of_plan.plan_key > 0
),

final as (
    {%- for sign, edge in [('', 'first_edge'), ('-', 'end_edge')] %}
    select
        'edge' as block_type,
        cast(null as date) as block_start,
        {{ edge }} as first_end,
        cast(null as date) as last_end,
        attributes_key,
        plan_key,
        tier,
        {{ sign }}count(*) as customers_start,
        0 as lost_customers,
        0 as joined_customers,
        cast(0 as decimal(18, 2)) as revenue
    from there
    where first_edge < end_edge
    group by {{ edge }}, attributes_key, plan_key, tier
    union all
    {%- endfor %}
    select
        block_type, block_start, first_end, last_end, attributes_key, plan_key, tier,
        0 as customers_start,
        {{ count_if("change = 'lost'") }} as lost_customers,
        {{ count_if("change = 'joined'") }} as joined_customers,
        cast(0 as decimal(18, 2)) as revenue
    from changes
    group by block_type, block_start, first_end, last_end, attributes_key, plan_key, tier

    union all

    select
        block_type, block_start, first_end, last_end, attributes_key, plan_key, tier,
        0 as customers_start,
        0 as lost_customers,
        0 as joined_customers,
        {{ amount_sum('revenue') }} as revenue
    from spent_placed
    group by block_type, block_start, first_end, last_end, attributes_key, plan_key, tier
)

select * from final
