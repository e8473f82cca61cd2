-- One row per file, entity and load. A file of the same source and name in a later load replaces the older one.
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
        _load_id < max(_load_id) over (partition by entity, _source, _file) as is_replaced
    from receipts
),

final as (
    select
        *,
        max(case when {{ is_snapshot_source() }} and not is_replaced then delivered_on end) over (
            partition by entity, source
        ) as last_snapshot_on
    from renamed
)

select * from final
