{{ config(meta={'dagster': {'ref': {'name': 'int_entity_clearing'}}}) }}
-- One admitted row per key, and no key with a blank in it unless the contract allows that.
with keys as (
    {%- for entity, rules in contract().items() %}
    select '{{ entity }}' as entity
    from {{ ref('int_' ~ entity ~ '_admitted') }}
    group by {{ rules.key | join(', ') }}
    having count(*) > 1 or not ({{ required_key(entity) }})
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select entity, count(*) as keys_wrong
    from keys
    group by entity
)

select * from final
