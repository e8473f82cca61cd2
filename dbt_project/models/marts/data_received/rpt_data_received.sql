-- What came in and what became of it, one row per entity of the contract; no name and no free text.
with deliveries as (
    select
        *,
        row_number() over (partition by entity order by delivered_on desc, load_id desc, file) as recency
    from {{ ref('int_deliveries') }}
    where not is_replaced
),

received as (
    select
        entity,
        {{ listed_once('source') }} as sources,
        min(delivered_on) as oldest_delivered_on,
        max(delivered_on) as newest_delivered_on,
        max(case when recency = 1 then delivered_by end) as delivered_by
    from deliveries
    group by entity
),

ignored as (
    select count(*) as ignored_refunds
    from {{ ref('int_refunds_admitted') }}
    where is_ignored
),

final as (
    select
        clearing.entity,
        clearing.system,
        received.sources,
        clearing.files,
        clearing.landed,
        clearing.admitted,
        clearing.quarantined,
        clearing.unknown_customer as unknown_customers,
        clearing.superseded,
        clearing.exact_duplicates,
        clearing.deleted,
        case when clearing.entity = 'refunds' then ignored.ignored_refunds end as ignored_refunds,
        round(clearing.rejected_share, 9) as rejected_share,
        received.oldest_delivered_on,
        received.newest_delivered_on,
        received.delivered_by,
        clearing.landed > 0 as is_delivered
    from {{ ref('int_entity_clearing') }} as clearing
    left join received on clearing.entity = received.entity
    cross join ignored
)

select * from final
