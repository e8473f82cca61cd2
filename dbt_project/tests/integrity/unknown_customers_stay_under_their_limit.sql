{{ config(meta={'dagster': {'ref': {'name': 'int_entity_clearing'}}}) }}
-- Rows set aside only because nobody has delivered their customer, as a share of the rows that are not superseded.
with final as (
    select
        entity,
        unknown_customer as rows_of_unknown_customers,
        landed - superseded as current_rows,
        unknown_customer_share as share,
        {{ var('max_unknown_customer_share') }} as allowed_share,
        entity || ': ' || cast(unknown_customer as varchar) || ' of ' || cast(landed - superseded as varchar)
        || ' rows are of customers nobody delivered; max_unknown_customer_share allows '
        || '{{ var("max_unknown_customer_share") }}' as message
    from {{ ref('int_entity_clearing') }}
    where unknown_customer_share > {{ var('max_unknown_customer_share') }}
)

select * from final
