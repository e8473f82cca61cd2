{%- set blocks = [('month', 1), ('quarter', 3), ('year', 12)] -%}
-- Customers active across a period's first midnight whose attributes differ from those they had in the period before it,
-- counted by what they had and have. They are what moved_in and moved_out count.
with edges as (
    {%- for block, months in blocks %}
    select distinct
        '{{ block }}' as block_type,
        next.period_start as block_start,
        next.day_before as edge_on,
        earlier.period_start as earlier_start
    from {{ ref('int_periods') }} as next
    inner join {{ ref('int_periods') }} as earlier
        on next.period_type = earlier.period_type and next.day_before = earlier.period_end
    where next.block_type = '{{ block }}' and {{ is_in_ledger('earlier.period_start') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- Whose profile has held since before the period before cannot have moved, nor who joined in it and had the same since.
candidates as (
    select
        edges.block_type,
        edges.block_start,
        edges.earlier_start as period_start,
        edges.edge_on as period_end,
        slices.customer_id,
        slices.attributes_key as attributes_now,
        slices.plan_key as plan_now
    from {{ ref('int_activity_slices') }} as slices
    inner join edges
        on
            slices.slice_from <= edges.edge_on
            and slices.slice_until > edges.edge_on
            and slices.profile_since >= edges.earlier_start
    where not (
        slices.slice_from = slices.started_on
        and (slices.previous_ended_on is null or slices.previous_ended_on < edges.earlier_start)
        and slices.attributes_since < edges.earlier_start
    )
),

placed as (
    {{ placed_keys('candidates') }}
),

final as (
    select
        block_type,
        block_start,
        attributes_key as attributes_key_before,
        plan_key as plan_key_before,
        attributes_now as attributes_key,
        plan_now as plan_key,
        count(*) as customers
    from placed
    where attributes_key <> attributes_now or plan_key <> plan_now
    group by block_type, block_start, attributes_key, plan_key, attributes_now, plan_now
)

select * from final
