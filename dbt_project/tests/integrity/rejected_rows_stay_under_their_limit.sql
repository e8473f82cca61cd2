{{ config(meta={'dagster': {'ref': {'name': 'int_entity_clearing'}}}) }}
-- Rows set aside for what is wrong in them, as a share of the rows that are not superseded.
with final as (
    select
        entity,
        quarantined - unknown_customer as rejected_rows,
        landed - superseded as current_rows,
        rejected_share as share,
        {{ var('max_rejected_share') }} as allowed_share,
        entity || ': ' || cast(quarantined - unknown_customer as varchar) || ' of '
        || cast(landed - superseded as varchar) || ' rows are rejected; max_rejected_share allows '
        || '{{ var("max_rejected_share") }}' as message
    from {{ ref('int_entity_clearing') }}
    where rejected_share > {{ var('max_rejected_share') }}
)

select * from final
