{%- set measures = ['lost_customers', 'silent_customers', 'lost_mrr'] -%}
{%- set kinds = ['period_type', 'period_start', 'period_end', 'reason_category', 'is_involuntary'] -%}
-- Lost customers of every scope by reason, added up once for all that counts them. Whoever is lost was there on the day
-- before the period and belongs where it belonged then.
with losses as (
    select * from {{ ref('int_customer_losses') }}
),

kinds as (
    select
        *,
        cast(row_number() over (order by {{ kinds | join(', ') }}) as integer) as loss_kind
    from (select distinct {{ kinds | join(', ') }} from losses) as found
),

lost as (
    select
        losses.attributes_key,
        losses.plan_key,
        kinds.loss_kind,
        1 as lost_customers,
        case when losses.is_silent then 1 else 0 end as silent_customers,
        losses.lost_mrr
    from losses
    inner join kinds
        on
            {% for column in kinds -%}
            {{ 'and ' if not loop.first }}losses.{{ column }} = kinds.{{ column }}
            {% endfor %}
),

summed as (
    {{ coded_totals('lost', ['loss_kind'], measures) }}
),

final as (
    select
        {{ copied_scope('summed', 'copies') }},
        {%- for column in kinds %}
        kinds.{{ column }},
        {%- endfor %}
        cast(summed.lost_customers as bigint) as lost_customers,
        cast(summed.silent_customers as bigint) as silent_customers,
        cast(summed.lost_mrr as decimal(18, 2)) as lost_mrr
    from summed
    inner join ({{ audience_copies() }}) as copies on summed.audience = copies.rows_of
    inner join kinds on summed.loss_kind = kinds.loss_kind
)

select * from final
