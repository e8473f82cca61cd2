-- Lines that are no rows are superseded as rows are: by a corrected file, and by their source's next snapshot.
with lines as (
    {%- for system in ['crm', 'finance', 'survey'] %}
    select * from {{ ref('stg_' ~ system ~ '__unparsed_lines') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        lines.*,
        case
            when deliveries.is_replaced or lines._delivered_on < deliveries.last_snapshot_on then 'superseded'
            else 'quarantined'
        end as _outcome
    from lines
    left join {{ ref('int_deliveries') }} as deliveries
        on
            lines.entity = deliveries.entity
            and lines._source = deliveries.source
            and lines._file = deliveries.file
            and lines._load_id = deliveries.load_id
)

select * from final
