-- What a customer has ordered at the end of each month: in twelve months, in the history from the first month on, and ever.
-- A row holds for every month from valid_from to the one before valid_until: a customer's month enters the twelve months
-- when it comes and leaves them a year later.
{%- set measures = ['orders_12m', 'revenue_12m', 'orders_history', 'revenue_history', 'orders_ever'] -%}
{%- set in_history = "line_month >= cast('" ~ var('first_month') ~ "-01' as date)" %}
with changes as (
    select
        customer_number,
        order_channel,
        line_month as valid_from,
        0 as is_leaving,
        last_ordered_on,
        orders as orders_12m,
        revenue as revenue_12m,
        case when {{ in_history }} then orders else 0 end as orders_history,
        case when {{ in_history }} then revenue else 0 end as revenue_history,
        orders as orders_ever
    from {{ ref('int_customer_order_months') }}
    union all
    select
        customer_number,
        order_channel,
        {{ add_months('line_month', 12) }} as valid_from,
        1 as is_leaving,
        cast(null as date) as last_ordered_on,
        -orders as orders_12m,
        -revenue as revenue_12m,
        0 as orders_history,
        0 as revenue_history,
        0 as orders_ever
    from {{ ref('int_customer_order_months') }}
),

-- Where a month enters and another leaves at once, the later row holds both.
states as (
    select
        customer_number,
        order_channel,
        valid_from,
        lead(valid_from) over customer_changes as valid_until,
        max(last_ordered_on) over so_far as last_ordered_on,
        {%- for measure in measures %}
        sum({{ measure }}) over so_far as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from changes
    window
        customer_changes as (partition by customer_number order by valid_from, is_leaving),
        so_far as (
            partition by customer_number order by valid_from, is_leaving rows between unbounded preceding and current row
        )
),

final as (
    select
        customer_number,
        order_channel,
        valid_from,
        valid_until,
        last_ordered_on,
        cast(orders_12m as integer) as orders_12m,
        cast(revenue_12m as decimal(18, 2)) as revenue_12m,
        cast(orders_history as integer) as orders_history,
        cast(revenue_history as decimal(18, 2)) as revenue_history,
        cast(orders_ever as integer) as orders_ever
    from states
    where valid_until is null or valid_until > valid_from
)

select * from final
