-- depends_on: {{ ref('int_entity_clearing') }}
-- Every period hangs on this model, and this one on the clearing: past a limit of the quarantine no mart is built.
-- Dates are data: the newest delivery date, never the clock. A load time is the clock, and plans and rates are written
-- ahead; both decide only where nothing better was delivered.
with deliveries as (
    select * from {{ ref('int_deliveries') }} where not is_replaced
),

newest as (
    select
        coalesce(
            max(case when system <> 'finance' and delivered_by <> 'load time' then delivered_on end),
            max(case when system <> 'finance' then delivered_on end),
            max(delivered_on)
        ) as as_of
    from deliveries
),

ended as (
    select
        as_of,
        cast({{ dbt.dateadd('day', -1, dbt.date_trunc('month', dbt.dateadd('day', 1, 'as_of'))) }} as date) as month_end
    from newest
),

final as (
    select
        as_of,
        {%- if var('last_month') %}
        least(month_end, {{ dbt.last_day("cast('" ~ var('last_month') ~ "-01' as date)", 'month') }}) as data_through
        {%- else %}
        month_end as data_through
        {%- endif %}
    from ended
)

select * from final
