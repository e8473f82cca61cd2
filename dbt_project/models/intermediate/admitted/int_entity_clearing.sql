-- The clearing equation: rows landed = admitted + quarantined + superseded + exact duplicates + deleted. Each side is
-- counted where it stands: landed from the receipts, admitted and quarantined in their own models.
with landed as (
    select
        entity,
        sum(rows_read + unparsed_lines) as landed,
        count(*) as files
    from {{ ref('int_deliveries') }}
    group by entity
),

outcomes as (
    {%- for entity, rules in contract().items() %}
    select '{{ entity }}' as entity, _outcome as outcome, count(*) as row_count
    from {{ ref('int_' ~ entity ~ '_judged') }}
    where _outcome in ('superseded', 'exact_duplicate', 'deleted')
    group by _outcome
    union all
    select '{{ entity }}' as entity, 'admitted' as outcome, count(*) as row_count
    from {{ ref('int_' ~ entity ~ '_admitted') }}
    union all
    {%- endfor %}
    select entity, _outcome as outcome, count(*) as row_count
    from {{ ref('int_unparsed_lines_judged') }}
    where _outcome = 'superseded'
    group by entity, _outcome
    union all
    select
        entity,
        case when is_of_unknown_customer then 'unknown_customer' else 'rejected' end as outcome,
        count(*) as row_count
    from {{ ref('int_quarantine') }}
    group by entity, is_of_unknown_customer
),

counted as (
    select
        entity,
        {%- for outcome in ['admitted', 'rejected', 'unknown_customer', 'superseded', 'exact_duplicate', 'deleted'] %}
        cast(sum(case when outcome = '{{ outcome }}' then row_count else 0 end) as bigint) as {{ outcome }}{{ ',' if not loop.last }}
        {%- endfor %}
    from outcomes
    group by entity
),

systems as (
    {%- for entity, rules in contract().items() %}
    select '{{ rules.system }}' as system, '{{ entity }}' as entity
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        systems.system,
        systems.entity,
        cast(coalesce(landed.landed, 0) as bigint) as landed,
        counted.admitted,
        counted.rejected + counted.unknown_customer as quarantined,
        counted.superseded,
        counted.exact_duplicate as exact_duplicates,
        counted.deleted,
        counted.unknown_customer,
        cast(coalesce(landed.files, 0) as bigint) as files,
        coalesce(landed.landed, 0) - counted.admitted - counted.rejected - counted.unknown_customer
        - counted.superseded - counted.exact_duplicate - counted.deleted as unexplained,
        {{ share_of_current('counted.rejected') }} as rejected_share,
        {{ share_of_current('counted.unknown_customer') }} as unknown_customer_share
    from systems
    inner join counted on systems.entity = counted.entity
    left join landed on systems.entity = landed.entity
)

select * from final
