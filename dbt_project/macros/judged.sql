{#- Every row of a query with its outcome: the second half of admitted.sql. A *delivery* of a key is a delivery date, and
    under one date a load: the later one counts, whatever file it came in.

    - A corrected file (same source and name, later load) replaces every row of the older one.
    - Within one delivery an exact duplicate is kept once. Of one key with different values the newest updated_at wins;
      the others, and all of them if there is no single newest, are quarantined.
    - Across deliveries the latest clean row counts: a rejected correction does not take away what was known before.
      A rejected row is superseded once a later delivery brings its key again, or its source's next snapshot is there.
    - A key absent from its source's newest snapshot is deleted, and one whose deletion is the newest its source says of
      it, unless `kept` holds for its last row. Of files a snapshot is all of one date; of fetches it is one.
    - A deletion comes after the rows of its own delivery. It takes away what its own source said, not what others say.
-#}
{%- macro judged_rows(entity, rows, kept='false') -%}
{%- set key = contract()[entity].key -%}
{%- set names = entity_columns(entity) -%}
{%- set in_key = key | join(', ') -%}
-- Counted from the staged rows, keys alone.
with repeated_keys as (
    select {{ in_key }}
    from {{ staged(entity) }}
    group by {{ in_key }}
    having count(*) > 1
),

-- Most rows of most sources are the only one of their key: nothing to compare them with.
alone as (
    select
        placed.*,
        placed._is_before_snapshot or placed._is_mark as _is_gone,
        1 as _copy,
        false as _is_conflict,
        1 as _age,
        false as _is_brought_again
    from ({{ placed_rows(entity, rows) }}) as placed
    left join repeated_keys on {{ is_same_key(entity) }}
    where repeated_keys.{{ key[0] }} is null
),

delivered as (
    select
        placed.*,
        cast(placed._delivered_on as varchar) || ' ' || placed._load_id
        || case when placed._is_mark then '~' else '' end as _delivery
    from ({{ placed_rows(entity, rows) }}) as placed
    inner join repeated_keys on {{ is_same_key(entity) }}
),

repeated as (
    select
        *,
        coalesce(
            _delivery < max(case when not _is_replaced then _delivery end) over (partition by {{ in_key }}), false
        ) as _is_brought_again,
        coalesce(
            min(case when not _is_replaced then case when _is_before_snapshot then 1 else 0 end end) over source_key = 1,
            false
        )
        or coalesce(
            max(case when _is_usable and _is_mark then _delivery end) over source_key
            = max(case when _is_usable then _delivery end) over source_key,
            false
        ) as _is_gone
    from delivered
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

{#- The rows with what their delivery says of them. A left join with the deliveries that say something, mostly none. -#}
{%- macro placed_rows(entity, rows) -%}
select
    given.*,
    coalesce(given._is_deletion, false) as _is_mark,
    coalesce(deliveries.is_replaced, false) as _is_replaced,
    given._reasons is null and not coalesce(deliveries.is_replaced, false) as _is_usable,
    coalesce(
        given._delivered_on < deliveries.last_snapshot_on
        or (given._delivered_on = deliveries.last_snapshot_on and given._load_id < deliveries.last_snapshot_load),
        false
    ) as _is_before_snapshot
from ({{ rows }}) as given
left join {{ ref('int_deliveries') }} as deliveries
    on
        deliveries.entity = '{{ entity }}'
        and (deliveries.is_replaced or deliveries.last_snapshot_on is not null)
        and given._source = deliveries.source
        and given._file = deliveries.file
        and given._load_id = deliveries.load_id
{%- endmacro -%}

{#- No key with a blank that its contract forbids is any other's. -#}
{%- macro is_same_key(entity) -%}
{%- for part in contract()[entity].columns if part.name in contract()[entity].key -%}
placed.{{ part.name }} {{ '=' if part.required else 'is not distinct from' }} repeated_keys.{{ part.name }}{{ ' and ' if not loop.last }}
{%- endfor -%}
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
    {%- for name in entity_columns(entity) + added_columns(entity) + judged_origin_columns() %}
    {{ name }},
    {%- endfor %}
    case
        when _is_replaced then 'superseded'
        when (_reasons is not null or _is_conflict) and _is_brought_again then 'superseded'
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
