-- The days on which a customer ordered. Of several orders on a day the last is the one that another day follows.
with orders as (
    select
        customer_number,
        ordered_on,
        lead(ordered_on) over customer_days as next_on,
        dense_rank() over customer_days - 1 as completed_gaps
    from {{ ref('int_orders_counted') }}
    where is_counted
    window customer_days as (partition by customer_number order by ordered_on)
),

final as (
    select
        customer_number,
        ordered_on,
        next_on,
        cast(completed_gaps as integer) as completed_gaps
    from orders
    where next_on is null or next_on > ordered_on
)

select * from final
