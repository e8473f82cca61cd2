{#- What needs other rows: references, duplicates, supersession across deliveries, deletion. Two models per entity:

        int_<entity>_judged     every landed row once, with its _outcome and all its _reasons
        int_<entity>_admitted   the rows that count now, one per key

    A judged model is staged rows → referred_rows() → judged_rows(); rules of one entity stand in its own model between.

    _outcome is exactly one of: admitted, quarantined, superseded, exact_duplicate, deleted.
-#}

{#- Typed columns of an entity in the contract's order, each timestamp followed by its local date. -#}
{%- macro entity_columns(entity) -%}
{%- set names = [] -%}
{%- for column in contract()[entity].columns -%}
    {%- do names.append(column.name) -%}
    {%- if column.local_date is defined -%}{%- do names.append(column.local_date) -%}{%- endif -%}
{%- endfor -%}
{{ return(names) }}
{%- endmacro -%}

{#- A condition: no part of the key that must be there is blank. -#}
{%- macro required_key(entity) -%}
{%- for part in contract()[entity].columns if part.name in contract()[entity].key and part.required -%}
{{ part.name }} is not null{{ ' and ' if not loop.last }}
{%- endfor -%}
{%- endmacro -%}

{%- macro staged(entity) -%}
{{ return(ref('stg_' ~ contract()[entity].system ~ '__' ~ entity)) }}
{%- endmacro -%}

{#- Columns that admitted adds to the contract's. -#}
{%- macro added_columns(entity) -%}
{%- set added = {
    'refunds': ['is_ignored'],
    'survey_answers': ['role', 'score'],
} -%}
{%- set names = added.get(entity, []) -%}
{{ return(names + (['is_anonymous', 'has_unknown_customer'] if has_anonymous_rows(entity) else [])) }}
{%- endmacro -%}

{%- macro has_anonymous_rows(entity) -%}
{%- set rules = contract()[entity] -%}
{{ return(rules.unknown_reference == 'anonymous' and 'customers' in rules.references.values()) }}
{%- endmacro -%}

{#- Adds to _reasons what the entities that a row refers to say of it; judged again at every build. Where unknown
    customers stay as anonymous, customer_id is NULL unless it is a part of the key. -#}
{%- macro referred_rows(entity, relation) -%}
{%- set rules = contract()[entity] -%}
{%- set is_open = has_anonymous_rows(entity) -%}
select
    {%- for name in entity_columns(entity) %}
    {%- if is_open and name == 'customer_id' and name not in rules.key %}
    known_customer_id.customer_id,
    {%- else %}
    {{ relation }}.{{ name }},
    {%- endif %}
    {%- endfor %}
    {%- if is_open %}
    known_customer_id.customer_id is null as is_anonymous,
    {{ relation }}.customer_id is not null and known_customer_id.customer_id is null as has_unknown_customer,
    {%- endif %}
    {%- for name in carried_columns() %}
    {{ relation }}.{{ name }},
    {%- endfor %}
    nullif(concat_ws('; ', {{ relation }}._reasons
        {%- for column, target in rules.references.items() if not (is_open and target == 'customers') %},
        case
            when {{ relation }}.{{ column }} is not null and known_{{ column }}.{{ contract()[target].key[0] }} is null
            then '{{ column }}: unknown {{ target[:-1] | replace('_', ' ') }}'
        end
        {%- endfor %}
    ), '') as _reasons,
    {%- set quarantining = [] -%}
    {%- for column, target in rules.references.items() if target == 'customers' and not is_open -%}
        {%- do quarantining.append(column) -%}
    {%- endfor %}
    {%- if quarantining %}
    {{ relation }}._reasons is null
    and {{ relation }}.{{ quarantining[0] }} is not null
    and known_{{ quarantining[0] }}.customer_id is null as _is_of_unknown_customer
    {%- else %}
    false as _is_of_unknown_customer
    {%- endif %}
from {{ relation }}
{%- for column, target in rules.references.items() %}
left join {{ ref('int_' ~ target ~ '_admitted') }} as known_{{ column }}
    on {{ relation }}.{{ column }} = known_{{ column }}.{{ contract()[target].key[0] }}
{%- endfor %}
{%- endmacro -%}

{#- Whether a delivery holds all rows: a fetch says so itself, of files sources.yml says it. A condition on the columns
    delivery, entity and source. -#}
{%- macro is_snapshot() -%}
coalesce(delivery = 'snapshot', {{ is_snapshot_source() }})
{%- endmacro -%}

{#- Whether a source delivers an entity as full snapshots: a condition on the columns entity and source. -#}
{%- macro is_snapshot_source() -%}
{%- set conditions = [] -%}
{%- for entity, sources in var('formats').items() -%}
    {%- for source, formats in sources.items() if formats.get('delivery') == 'snapshot' -%}
        {%- do conditions.append('(entity = ' ~ sql_text(entity) ~ ' and source = ' ~ sql_text(source) ~ ')') -%}
    {%- endfor -%}
{%- endfor -%}
({{ conditions | sort | join(' or ') if conditions else 'false' }})
{%- endmacro -%}

{#- Every row with its outcome. A *delivery* of a key is a delivery date, and under one date a load: the later one
    counts, whatever file it came in.

    - A corrected file (same source and name, later load) replaces every row of the older one.
    - Within one delivery an exact duplicate is kept once. Of one key with different values the newest updated_at wins;
      the others, and all of them if there is no single newest, are quarantined.
    - Across deliveries the latest clean row counts: a rejected correction does not take away what was known before.
      A rejected row is superseded once a later delivery brings its key again, or its source's next snapshot is there.
    - A key absent from its source's newest snapshot is deleted, and one whose deletion is the newest its source says of
      it, unless `kept` holds for its last row. Of files a snapshot is all of one date; of fetches it is one.
    - A deletion comes after the rows of its own delivery. It takes away what its own source said, not what others say.
-#}
{%- macro judged_rows(entity, relation, kept='false') -%}
{%- set key = contract()[entity].key -%}
{%- set names = entity_columns(entity) -%}
{%- set in_key = key | join(', ') -%}
with placed as (
    select
        rows.*,
        coalesce(rows._is_deletion, false) as _is_mark,
        cast(rows._delivered_on as varchar) || ' ' || rows._load_id
        || case when rows._is_deletion then '~' else '' end as _delivery,
        coalesce(deliveries.is_replaced, false) as _is_replaced,
        rows._reasons is null and not coalesce(deliveries.is_replaced, false) as _is_usable,
        coalesce(
            rows._delivered_on < deliveries.last_snapshot_on
            or (rows._delivered_on = deliveries.last_snapshot_on and rows._load_id < deliveries.last_snapshot_load),
            false
        ) as _is_before_snapshot,
        {{ required_key(entity) }} as _has_key
    from {{ relation }} as rows
    left join {{ ref('int_deliveries') }} as deliveries
        on
            deliveries.entity = '{{ entity }}'
            and rows._source = deliveries.source
            and rows._file = deliveries.file
            and rows._load_id = deliveries.load_id
),

-- Counted from the staged rows, keys alone: all of them once more with every column would have to be kept aside.
repeated_keys as (
    select {{ in_key }}
    from {{ staged(entity) }}
    where {{ required_key(entity) }}
    group by {{ in_key }}
    having count(*) > 1
),

counted as (
    select
        placed.*,
        repeated_keys.{{ key[0] }} is not null as _is_repeated
    from placed
    left join repeated_keys
        on
            {% for part in key -%}
            placed.{{ part }} is not distinct from repeated_keys.{{ part }}
            {{- ' and ' if not loop.last }}
            {%- endfor %}
),

-- Most rows of most sources are the only one of their key: nothing to compare them with.
alone as (
    select
        *,
        _delivery as _last_delivery_of_key,
        _is_before_snapshot or _is_mark as _is_gone,
        1 as _copy,
        false as _is_conflict,
        1 as _age
    from counted
    where not _is_repeated
),

repeated as (
    select
        *,
        max(case when not _is_replaced then _delivery end) over (partition by {{ in_key }}) as _last_delivery_of_key,
        coalesce(
            min(case when not _is_replaced then case when _is_before_snapshot then 1 else 0 end end) over source_key = 1,
            false
        )
        or coalesce(
            max(case when _is_usable and _is_mark then _delivery end) over source_key
            = max(case when _is_usable then _delivery end) over source_key,
            false
        ) as _is_gone
    from counted
    where _is_repeated
    window source_key as (partition by _source, {{ in_key }})
),

copied as (
    select
        *,
        row_number() over (
            partition by _is_usable, _delivery, {{ names | join(', ') }} order by _source, _file, _record
        ) as _copy
    from repeated
),

compared as (
    select
        *,
        count(*) over (partition by _is_usable, _copy = 1, _delivery, {{ in_key }}) as _versions
        {%- if 'updated_at' in names %},
        row_number() over (
            partition by _is_usable, _copy = 1, _delivery, {{ in_key }} order by updated_at desc nulls last
        ) as _recency,
        count(*) over (partition by _is_usable, _copy = 1, _delivery, {{ in_key }}, updated_at) as _ties
        {%- endif %}
    from copied
),

settled as (
    select
        *,
        _is_usable and _copy = 1 and _versions > 1
        {%- if 'updated_at' in names %}
        and not (updated_at is not null and _recency = 1 and _ties = 1)
        {%- endif %} as _is_conflict
    from compared
),

ranked as (
    select
        *,
        row_number() over (
            partition by _is_usable and _copy = 1 and not _is_conflict, {{ in_key }}
            order by case when _is_gone then 1 else 0 end, case when _is_mark then 1 else 0 end, _delivery desc
        ) as _age
    from settled
)

{{ outcome_columns(entity, 'ranked', kept) }}
union all
{{ outcome_columns(entity, 'alone', kept) }}
{%- endmacro -%}

{#- Whether a row is of an erased customer, whose rows stay though the source no longer has the person: figures of the
    past are not to change by it. The mark is what orchestration/erasure/register.py puts in place of the id. -#}
{%- macro is_erased(entity) -%}
{%- set owners = ['customer_id'] if entity == 'customers' else [] -%}
{%- for column, target in contract()[entity].references.items() if target == 'customers' -%}
    {%- do owners.append(column) -%}
{%- endfor -%}
({% for owner in owners %}coalesce({{ owner }}, '') like 'erased-%'{{ ' or ' if not loop.last }}{% else %}false{% endfor %})
{%- endmacro -%}

{%- macro outcome_columns(entity, relation, kept) -%}
select
    {%- for name in entity_columns(entity) + added_columns(entity) + origin_columns() %}
    {{ name }},
    {%- endfor %}
    case
        when _is_replaced then 'superseded'
        when (_reasons is not null or _is_conflict) and _has_key and _delivery < _last_delivery_of_key then 'superseded'
        when (_reasons is not null or _is_conflict) and _is_before_snapshot then 'superseded'
        when _reasons is not null or _is_conflict then 'quarantined'
        when _copy > 1 then 'exact_duplicate'
        when _age > 1 then 'superseded'
        when _is_gone and (_is_mark or not coalesce(({{ kept }}) or {{ is_erased(entity) }}, false)) then 'deleted'
        else 'admitted'
    end as _outcome,
    case
        when _is_conflict then '{{ contract()[entity].key | join(', ') }}: other values of the same key in one delivery'
        else _reasons
    end as _reasons,
    _is_of_unknown_customer,
    _is_usable and _copy = 1 and not _is_conflict and not _is_mark as _is_version
from {{ relation }}
{%- endmacro -%}

{#- The rows that count now. -#}
{%- macro admitted_rows(entity) -%}
{{ config(materialized='view') }}
select
    {%- for name in entity_columns(entity) + added_columns(entity) %}
    {{ name }},
    {%- endfor %}
    _source,
    _delivered_on
from {{ ref('int_' ~ entity ~ '_judged') }}
where _outcome = 'admitted'
{%- endmacro -%}

{#- Whether a value is one of a list written as text (11;99 or 11, 99 or 11|99). -#}
{%- macro is_listed(value, list) -%}
coalesce(
    position(';' || {{ value }} || ';' in ';' || regexp_replace({{ list }}, '[\s,;|]+', ';', 'g') || ';') > 0, false
)
{%- endmacro -%}

{#- Share of the rows that are not superseded; 0 where there are none. -#}
{%- macro share_of_current(count) -%}
coalesce(cast({{ count }} as double) / nullif(landed.landed - counted.superseded, 0), 0)
{%- endmacro -%}

{#- The distinct values of a group as one text, in order. -#}
{%- macro listed_once(column) -%}
{{ return(adapter.dispatch('listed_once', 'holdfast')(column)) }}
{%- endmacro -%}

{%- macro default__listed_once(column) -%}
string_agg(distinct {{ column }}, ', ' order by {{ column }})
{%- endmacro -%}
