{{ config(meta={'dagster': {'ref': {'name': 'int_entity_clearing'}}}) }}
-- Rows landed = admitted + quarantined + superseded + exact duplicates + deleted, exactly, for every entity.
with final as (
    select
        entity,
        landed,
        admitted,
        quarantined,
        superseded,
        exact_duplicates,
        deleted,
        unexplained
    from {{ ref('int_entity_clearing') }}
    where unexplained <> 0
)

select * from final
