-- One row per file or fetch, entity and load. A file of the same source and name in a later load replaces the older one.
with receipts as (
    {%- for system in ['crm', 'finance', 'survey'] %}
    select * from {{ ref('stg_' ~ system ~ '__delivered_files') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

renamed as (
    select
        system,
        entity,
        _source as source,
        _file as file,
        _file_sha256 as file_sha256,
        _load_id as load_id,
        _delivered_on as delivered_on,
        _delivered_by as delivered_by,
        rows_read,
        unparsed_lines,
        delivery,
        _load_id < max(_load_id) over (partition by entity, _source, _file) as is_replaced
    from receipts
),

dated as (
    select
        *,
        {{ is_snapshot() }} and not is_replaced as is_snapshot,
        max(case when {{ is_snapshot() }} and not is_replaced then delivered_on end) over (
            partition by entity, source
        ) as last_snapshot_on
    from renamed
),

-- Several files of one date make one snapshot; every full fetch is one.
final as (
    select
        *,
        max(case when is_snapshot and delivered_by = 'fetch' and delivered_on = last_snapshot_on then load_id end) over (
            partition by entity, source
        ) as last_snapshot_load
    from dated
)

select * from final
