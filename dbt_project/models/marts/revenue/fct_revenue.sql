{%- set keys = ['period_start', 'period_end'] -%}
{%- set movements = ['new', 'reactivation', 'expansion', 'contraction', 'churned'] -%}
{%- set amounts = ['mrr_start', 'mrr_end', 'nrr_numerator', 'grr_numerator', 'fx_effect'] -%}
{%- set squares = ['start_squared', 'nrr_squared', 'nrr_product', 'grr_squared', 'grr_product'] -%}

with intervals as (
    select
        period_start,
        period_end,
        min(period_type) as period_type
    from {{ ref('int_periods') }}
    group by period_start, period_end
),

-- Who moved is taken out of those who only held, and counted for what the movement was.
customer_rows as (
    select
        movements.period_start,
        movements.period_end,
        intervals.period_type,
        movements.customer_id,
        movement,
        movement_mrr,
        fx_effect,
        mrr_start,
        case when is_paying_start then mrr_end_at_start_rate else 0 end as stayed_mrr,
        mrr_end,
        case when is_paying_start then least(mrr_start, mrr_end_at_start_rate) else 0 end as kept_mrr,
        case when is_paying_start then 1 else 0 end as payers_start,
        case when is_paying_end then 1 else 0 end as payers_end,
        case when is_paying_start and not is_floating then 1 else 0 end as held_payers,
        case when is_floating then 0 else mrr_start end as held_mrr,
        margin_start as held_margin,
        margin_end,
        case when is_margin_unknown_start then 1 else 0 end as held_unknown_margins,
        case when is_margin_unknown_end then 1 else 0 end as unknown_margins
    from {{ ref('int_mrr_movements') }} as movements
    inner join intervals
        on movements.period_start = intervals.period_start and movements.period_end = intervals.period_end
),

placed as (
    {{ placed_customers('customer_rows') }}
),

audience_rows as (
    {{ audience_rows('placed') }}
),

moved_rows as (
    select
        {{ scope_columns() }},
        {{ keys | join(', ') }},
        sum(payers_start - held_payers) as payers_start,
        sum(payers_end - held_payers) as payers_end,
        sum(case when movement = 'between ends' then 1 else 0 end) as paid_between_ends,
        sum(mrr_start - held_mrr) as mrr_start,
        sum(mrr_end - held_mrr) as mrr_end,
        sum(stayed_mrr - held_mrr) as nrr_numerator,
        sum(kept_mrr - held_mrr) as grr_numerator,
        sum(fx_effect) as fx_effect,
        {%- for movement in movements %}
        sum(case when movement = '{{ movement }}' then movement_mrr else 0 end) as {{ movement }}_mrr,
        {%- endfor %}
        {%- for column, left, right in [
            ('start_squared', 'mrr_start', 'mrr_start'), ('nrr_squared', 'stayed_mrr', 'stayed_mrr'),
            ('nrr_product', 'stayed_mrr', 'mrr_start'), ('grr_squared', 'kept_mrr', 'kept_mrr'),
            ('grr_product', 'kept_mrr', 'mrr_start'),
        ] %}
        sum(cast({{ left }} * {{ right }} - held_mrr * held_mrr as decimal(38, 4))) as {{ column }},
        {%- endfor %}
        sum(margin_end - held_margin) as margin,
        sum(unknown_margins - held_unknown_margins) as unknown_margins
    from audience_rows
    group by {{ scope_sets(keys) }}
),

all_rows as (
    select
        audience,
        scope_type,
        scope_value,
        {{ keys | join(', ') }},
        payers as payers_start,
        payers as payers_end,
        0 as paid_between_ends,
        mrr as mrr_start,
        mrr as mrr_end,
        mrr as nrr_numerator,
        mrr as grr_numerator,
        0 as fx_effect,
        {%- for movement in movements %}
        0 as {{ movement }}_mrr,
        {%- endfor %}
        {%- for square in squares %}
        mrr_squared as {{ square }},
        {%- endfor %}
        margin,
        unknown_margins
    from {{ ref('int_mrr_held') }}

    union all

    select * from moved_rows
),

totals as (
    select
        audience,
        scope_type,
        scope_value,
        {{ keys | join(', ') }},
        cast(sum(payers_start) as bigint) as paying_customers_start,
        cast(sum(payers_end) as bigint) as paying_customers_end,
        cast(sum(paid_between_ends) as bigint) as paid_between_ends,
        {%- for amount in amounts %}
        {{ amount_sum(amount) }} as {{ amount }},
        {%- endfor %}
        {%- for movement in movements %}
        {{ amount_sum(movement ~ '_mrr') }} as {{ movement }}_mrr,
        {%- endfor %}
        {%- for square in squares %}
        cast(sum({{ square }}) as decimal(38, 4)) as {{ square }},
        {%- endfor %}
        {{ amount_sum('margin') }} as margin_mrr_end,
        cast(sum(unknown_margins) as bigint) as unknown_margin_customers_end
    from all_rows
    group by audience, scope_type, scope_value, {{ keys | join(', ') }}
),

final as (
    select
        totals.audience,
        totals.scope_type,
        totals.scope_value,
        periods.period_type,
        totals.period_start,
        totals.period_end,
        totals.paying_customers_start,
        totals.paying_customers_end,
        totals.paid_between_ends,
        totals.mrr_start,
        {%- for movement in movements %}
        totals.{{ movement }}_mrr,
        {%- endfor %}
        totals.fx_effect,
        totals.mrr_end,
        -- Of the customers who paid at the start: what they pay now, and what they pay now of what they paid then.
        totals.nrr_numerator,
        totals.mrr_start as nrr_denominator,
        totals.grr_numerator,
        totals.mrr_start as grr_denominator,
        {%- for square in squares %}
        totals.{{ square }},
        {%- endfor %}
        totals.margin_mrr_end,
        totals.unknown_margin_customers_end
    from totals
    inner join {{ ref('int_periods') }} as periods
        on totals.period_start = periods.period_start and totals.period_end = periods.period_end
)

select * from final
