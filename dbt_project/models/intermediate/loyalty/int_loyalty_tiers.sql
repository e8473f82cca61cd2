-- The loyalty tier of each surviving customer as half-open spans of days; '(none)' for who is no member. A tier holds from
-- the day of the delivery that brought it; before the first delivery the first one holds.
with versions as (
    select
        versions.customer_id,
        versions._delivered_on as valid_from,
        coalesce(versions.loyalty_tier, '(none)') as tier
    from {{ ref('int_customer_versions') }} as versions
    inner join {{ ref('int_customers_identified') }} as identified on versions.customer_id = identified.customer_id
    where identified.survivor_id = identified.customer_id
),

compared as (
    select
        *,
        lag(tier) over (partition by customer_id order by valid_from) as previous_tier
    from versions
),

changes as (
    select *
    from compared
    where previous_tier is null or tier <> previous_tier
),

final as (
    select
        customer_id,
        tier,
        case when previous_tier is null then {{ beginning_of_time() }} else valid_from end as valid_from,
        lead(valid_from) over (partition by customer_id order by valid_from) as valid_until
    from changes
)

select * from final
