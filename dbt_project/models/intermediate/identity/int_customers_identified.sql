-- A merge names the customer that lives on; a merge of merges is followed to its end. A target nobody delivered and a
-- customer merged into itself end nothing. A circle has no end: its customers keep their own id and a test stops the build.
with recursive customers as (
    select
        customer_id,
        nullif(merged_into, customer_id) as merged_into
    from {{ ref('int_customers_admitted') }}
),

merges as (
    select
        merged.customer_id,
        merged.merged_into
    from customers as merged
    inner join customers as target on merged.merged_into = target.customer_id
),

chains as (
    select
        customer_id,
        merged_into as survivor_id,
        1 as depth
    from merges

    union all

    select
        chains.customer_id,
        merges.merged_into as survivor_id,
        chains.depth + 1 as depth
    from chains
    inner join merges on chains.survivor_id = merges.customer_id
    -- A longer chain than this is a circle.
    where chains.depth < 100
),

chain_ends as (
    select
        chains.customer_id,
        chains.survivor_id
    from chains
    left join merges on chains.survivor_id = merges.customer_id
    where merges.customer_id is null
),

survivors as (
    select
        customers.customer_id,
        coalesce(chain_ends.survivor_id, customers.customer_id) as survivor_id
    from customers
    left join chain_ends on customers.customer_id = chain_ends.customer_id
),

-- Ids are texts of any length: what joins and sorts millions of rows by customer takes the number, in half the time.
final as (
    select
        customer_id,
        survivor_id,
        cast(dense_rank() over (order by survivor_id) as integer) as customer_number
    from survivors
)

select * from final
