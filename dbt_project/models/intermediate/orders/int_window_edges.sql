{%- set windows = [90, 180, 365] -%}
{%- set filters = audience_attributes() -%}
-- How many customers orders alone would hold at every month's end, and how many of them it would lose in the next
-- month, if an order kept a customer for 90, 180 or 365 days. A customer's month with orders is the smallest step.
-- Of most months the last order says how far they reach; only where one was paid back all are looked at.
with paid_back_months as (
    select distinct
        customer_number,
        order_month
    from {{ ref('int_orders_counted') }}
    where is_counted and fully_refunded_on is not null
),

paid_back as (
    select
        orders.customer_number,
        orders.order_month,
        {%- for days in windows %}
        max(case
            when orders.fully_refunded_on < {{ add_days('orders.ordered_on', days) }} then orders.fully_refunded_on
            else {{ add_days('orders.ordered_on', days) }}
        end) as until_{{ days }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_orders_counted') }} as orders
    inner join paid_back_months
        on orders.customer_number = paid_back_months.customer_number and orders.order_month = paid_back_months.order_month
    where orders.is_counted
    group by orders.customer_number, orders.order_month
),

order_months as (
    select
        months.customer_number,
        months.line_month as order_month,
        {%- for days in windows %}
        coalesce(paid_back.until_{{ days }}, {{ add_days('months.last_ordered_on', days) }}) as until_{{ days }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_customer_order_months') }} as months
    left join paid_back
        on months.customer_number = paid_back.customer_number and months.line_month = paid_back.order_month
    where months.orders > 0
),

-- Of an order that reaches into a month, the end of the month before is the last that it holds.
reached as (
    select
        customer_number,
        order_month,
        {%- for days in windows %}
        {{ month_of('max(until_' ~ days ~ ') over (customer_months rows between unbounded preceding and current row)') }}
            as reach_{{ days }},
        {{ month_of('max(until_' ~ days ~ ') over (customer_months rows between unbounded preceding and 1 preceding)') }}
            as earlier_reach_{{ days }},
        {%- endfor %}
        lead(order_month) over customer_months as next_month
    from order_months
    window customer_months as (partition by customer_number order by order_month)
),

-- Where nothing begins or ends by the shortest window, nothing does by a longer one.
begun as (
    select
        *,
        {%- for days in windows %}
        max(case when earlier_reach_{{ days }} is null or earlier_reach_{{ days }} < order_month then order_month end) over (
            partition by customer_number order by order_month rows between unbounded preceding and current row
        ) as begun_{{ days }}{{ ',' if not loop.last }}
        {%- endfor %}
    from reached
    where
        earlier_reach_{{ windows | min }} is null
        or earlier_reach_{{ windows | min }} < order_month
        or next_month is null
        or next_month > reach_{{ windows | min }}
),

-- Stretches of months at whose ends the customer is held: from the one nothing earlier reaches to the last before the gap.
held as (
    {%- for days in windows %}
    select
        customer_number,
        {{ days }} as window_days,
        begun_{{ days }} as held_from,
        reach_{{ days }} as held_until
    from begun
    where next_month is null or next_month > reach_{{ days }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- An audience counts who was where it looks on the day.
placed as (
    select
        {%- for attribute in filters %}
        profiles.{{ attribute }},
        {%- endfor %}
        held.window_days,
        {%- if filters %}
        greatest(held.held_from, {{ month_of('profiles.valid_from') }}) as held_from,
        least(held.held_until, coalesce({{ month_of('profiles.valid_until') }}, held.held_until)) as held_until,
        held.held_until <= coalesce({{ month_of('profiles.valid_until') }}, held.held_until) as is_last_place
        {%- else %}
        held.held_from,
        held.held_until,
        true as is_last_place
        {%- endif %}
    from held
    {%- if filters %}
    inner join {{ ref('int_customer_profiles') }} as profiles
        on
            held.customer_number = profiles.customer_number
            and held.held_until > {{ month_of('profiles.valid_from') }}
            and (profiles.valid_until is null or held.held_from < {{ month_of('profiles.valid_until') }})
    {%- endif %}
),

changes as (
    select {{ filters | join(', ') }}{{ ',' if filters }} window_days, held_from as changed_in, 1 as held, 0 as lost
    from placed
    union all
    select
        {{ filters | join(', ') }}{{ ',' if filters }} window_days, held_until as changed_in, -1 as held,
        case when is_last_place then 1 else 0 end as lost
    from placed
),

of_filters as (
    {{ summed_by_stratum('changes', [], ['window_days', 'changed_in'], ['held', 'lost']) }}
),

summed as (
    select
        copies.audience,
        case when copies.audience = '(all)' then 'company' else 'audience' end as scope_type,
        copies.audience as scope_value,
        of_filters.window_days,
        of_filters.changed_in,
        of_filters.held,
        of_filters.lost
    from of_filters
    inner join ({{ audience_copies() }}) as copies on of_filters.audience = copies.rows_of
),

final as (
    select
        audience,
        scope_type,
        scope_value,
        window_days,
        changed_in as month_start,
        -- Held at the end of the month before.
        cast(sum(held) over (
            partition by audience, window_days order by changed_in rows between unbounded preceding and current row
        ) - held as bigint) as customers_start,
        cast(lost as bigint) as lost_customers,
        cast(sum(held) over (
            partition by audience, window_days order by changed_in rows between unbounded preceding and current row
        ) as bigint) as customers_end
    from summed
)

select * from final
