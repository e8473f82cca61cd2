-- Every row and line that is set aside, with all reasons and its raw values.
with quarantined as (
    {%- for entity, rules in contract().items() %}
    select
        '{{ rules.system }}' as system,
        '{{ entity }}' as entity,
        judged._source as source,
        judged._file as file,
        judged._record as record,
        judged._delivered_on as delivered_on,
        judged._reasons as reasons,
        judged._is_of_unknown_customer as is_of_unknown_customer,
        staged._raw as raw
    from {{ ref('int_' ~ entity ~ '_judged') }} as judged
    left join {{ staged(entity) }} as staged
        on
            judged._source = staged._source
            and judged._file = staged._file
            and judged._load_id = staged._load_id
            and judged._record = staged._record
    where judged._outcome = 'quarantined'

    union all
    {% endfor %}
    select
        system,
        entity,
        _source as source,
        _file as file,
        line_number as record,
        _delivered_on as delivered_on,
        'line ' || cast(line_number as varchar) || ': ' || reason as reasons,
        false as is_of_unknown_customer,
        raw_text as raw
    from {{ ref('int_unparsed_lines_judged') }}
    where _outcome = 'quarantined'
),

final as (
    select * from quarantined
)

select * from final
