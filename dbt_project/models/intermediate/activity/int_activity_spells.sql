-- Half-open spans of days in which a customer is active, by the company's rule; overlapping and adjacent ones are one.
-- A spell starts where no earlier span reaches; it ends where the spans before the next start reach.
with spans as (
    {{ activity_spans() }}
),

reached as (
    select
        customer_id,
        started_on,
        max(ended_on) over (
            partition by customer_id
            order by started_on, ended_on
            rows between unbounded preceding and 1 preceding
        ) as reached_on
    from spans
),

starts as (
    select
        customer_id,
        started_on,
        lead(reached_on) over (partition by customer_id order by started_on) as ended_on
    from reached
    where reached_on is null or reached_on < started_on
),

last_ends as (
    select
        customer_id,
        max(ended_on) as ended_on
    from spans
    group by customer_id
),

final as (
    select
        starts.customer_id,
        starts.started_on,
        nullif(coalesce(starts.ended_on, last_ends.ended_on), {{ far_future() }}) as ended_on
    from starts
    inner join last_ends on starts.customer_id = last_ends.customer_id
)

select * from final
