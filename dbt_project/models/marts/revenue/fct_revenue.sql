{%- set keys = ['period_start', 'period_end'] -%}
{%- set movements = ['new', 'reactivation', 'expansion', 'contraction', 'churned'] -%}
{%- set figures = ['payers', 'mrr_start', 'mrr_kept', 'mrr_end', 'start_squared', 'kept_squared', 'product', 'margin_start',
    'margin_end', 'unknown_margins_start', 'unknown_margins_end'] -%}

with movement_kinds as (
    select
        *,
        row_number() over (order by period_start, period_end, movement, is_floating) as movement_kind
    from (select distinct period_start, period_end, movement, is_floating from {{ ref('int_mrr_movements') }}) as kinds
),

customer_rows as (
    select
        movements.period_start,
        movements.period_end,
        cast(movement_kinds.movement_kind as integer) as movement_kind,
        movements.customer_number,
        1 as payers,
        movements.mrr_start,
        movements.mrr_end_at_start_rate as mrr_kept,
        movements.mrr_end,
        cast({{ wide('movements.mrr_start') }} * movements.mrr_start as decimal(38, 4)) as start_squared,
        cast({{ wide('movements.mrr_end_at_start_rate') }} * movements.mrr_end_at_start_rate as decimal(38, 4)) as kept_squared,
        cast({{ wide('movements.mrr_end_at_start_rate') }} * movements.mrr_start as decimal(38, 4)) as product,
        movements.margin_start,
        movements.margin_end,
        case when movements.is_margin_unknown_start then 1 else 0 end as unknown_margins_start,
        case when movements.is_margin_unknown_end then 1 else 0 end as unknown_margins_end
    from {{ ref('int_mrr_movements') }} as movements
    inner join movement_kinds
        on
            movements.period_start = movement_kinds.period_start
            and movements.period_end = movement_kinds.period_end
            and movements.movement = movement_kinds.movement
            and movements.is_floating = movement_kinds.is_floating
),

placed as (
    {{ placed_numbers('customer_rows') }}
),

summed as (
    {{ coded_totals('placed', ['movement_kind'], figures) }}
),

-- Few sums per movement: what a movement is says which of them count where.
moved as (
    select
        summed.*,
        movement_kinds.period_start,
        movement_kinds.period_end,
        movement_kinds.movement,
        movement_kinds.is_floating
    from summed
    inner join movement_kinds on summed.movement_kind = movement_kinds.movement_kind
),

-- Who moved is taken out of those who held, and counted for what the movement was.
all_rows as (
    select
        audience,
        scope_type,
        scope_value,
        {{ keys | join(', ') }},
        'held' as movement,
        payers,
        mrr as mrr_start,
        mrr as mrr_kept,
        mrr as mrr_end,
        mrr_squared as start_squared,
        mrr_squared as kept_squared,
        mrr_squared as product,
        margin as margin_end,
        unknown_margins as unknown_margins_end
    from {{ ref('int_mrr_held') }}

    union all

    select
        audience,
        scope_type,
        scope_value,
        {{ keys | join(', ') }},
        'held' as movement,
        -payers as payers,
        -mrr_start as mrr_start,
        -mrr_start as mrr_kept,
        -mrr_start as mrr_end,
        -start_squared as start_squared,
        -start_squared as kept_squared,
        -start_squared as product,
        -margin_start as margin_end,
        -unknown_margins_start as unknown_margins_end
    from moved
    where not is_floating and movement in ('unchanged', 'expansion', 'contraction', 'churned')

    union all

    select
        audience,
        scope_type,
        scope_value,
        {{ keys | join(', ') }},
        movement,
        payers,
        mrr_start,
        mrr_kept,
        mrr_end,
        start_squared,
        kept_squared,
        product,
        margin_end,
        unknown_margins_end
    from moved
),

{%- set at_start = "movement in ('held', 'unchanged', 'expansion', 'contraction', 'churned')" %}
{%- set at_end = "movement in ('held', 'unchanged', 'expansion', 'contraction', 'new', 'reactivation')" %}

totals as (
    select
        audience,
        scope_type,
        scope_value,
        {{ keys | join(', ') }},
        cast(sum(case when {{ at_start }} then payers else 0 end) as bigint) as paying_customers_start,
        cast(sum(case when {{ at_end }} then payers else 0 end) as bigint) as paying_customers_end,
        cast(sum(case when movement = 'between ends' then payers else 0 end) as bigint) as paid_between_ends,
        {{ amount_sum('mrr_start') }} as mrr_start,
        {%- for movement in movements %}
        {{ amount_sum("case when movement = '" ~ movement ~ "' then "
            ~ ('mrr_start - mrr_kept' if movement in ('contraction', 'churned') else 'mrr_kept - mrr_start') ~ " end") }}
            as {{ movement }}_mrr,
        {%- endfor %}
        {{ amount_sum('mrr_end - mrr_kept') }} as fx_effect,
        {{ amount_sum('mrr_end') }} as mrr_end,
        -- Of the customers who paid at the start: what they pay now, and what they pay now of what they paid then.
        {{ amount_sum('case when ' ~ at_start ~ ' then mrr_kept end') }} as nrr_numerator,
        {{ amount_sum('mrr_start') }} as nrr_denominator,
        {{ amount_sum("case when movement = 'expansion' then mrr_start when " ~ at_start ~ " then mrr_kept end") }}
            as grr_numerator,
        {{ amount_sum('mrr_start') }} as grr_denominator,
        {%- for name, expanded, otherwise in [
            ('start_squared', 'start_squared', 'start_squared'), ('nrr_squared', 'kept_squared', 'kept_squared'),
            ('nrr_product', 'product', 'product'), ('grr_squared', 'start_squared', 'kept_squared'),
            ('grr_product', 'start_squared', 'product'),
        ] %}
        cast(sum(
            case when movement = 'expansion' then {{ expanded }} when {{ at_start }} then {{ otherwise }} else 0 end
        ) as decimal(38, 4)) as {{ name }},
        {%- endfor %}
        {{ amount_sum('margin_end') }} as margin_mrr_end,
        cast(sum(unknown_margins_end) as bigint) as unknown_margin_customers_end
    from all_rows
    group by audience, scope_type, scope_value, {{ keys | join(', ') }}
),

final as (
    select
        {{ copied_scope('totals', 'copies') }},
        periods.period_type,
        totals.period_start,
        totals.period_end,
        {%- for column in ['paying_customers_start', 'paying_customers_end', 'paid_between_ends', 'mrr_start', 'new_mrr',
            'reactivation_mrr', 'expansion_mrr', 'contraction_mrr', 'churned_mrr', 'fx_effect', 'mrr_end', 'nrr_numerator',
            'nrr_denominator', 'grr_numerator', 'grr_denominator', 'start_squared', 'nrr_squared', 'nrr_product',
            'grr_squared', 'grr_product', 'margin_mrr_end', 'unknown_margin_customers_end'] %}
        totals.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from totals
    inner join ({{ audience_copies() }}) as copies on totals.audience = copies.rows_of
    inner join {{ ref('int_periods') }} as periods
        on totals.period_start = periods.period_start and totals.period_end = periods.period_end
)

select * from final
