{{ config(meta={'dagster': {'ref': {'name': 'int_quarantine'}}}) }}
-- The quarantine fetches raw values by source, file, load and record: a record number that stands twice would double it.
with final as (
    select entity, source, file, record, delivered_on, reasons, raw, count(*) as copies
    from {{ ref('int_quarantine') }}
    group by entity, source, file, record, delivered_on, reasons, raw
    having count(*) > 1
)

select * from final
