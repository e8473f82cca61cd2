{%- set additive = ['orders', 'returning_orders', 'revenue', 'returning_revenue', 'margin', 'unknown_margins'] -%}
{%- set own = ['buyers', 'returning_buyers', 'revenue_squared', 'returning_revenue_squared', 'returning_revenue_product'] -%}
{%- set blocks = ['month', 'quarter', 'ytd', 'history'] -%}
-- What was ordered in every period, by scope. Sums add up over months; buyers and squares of a customer's revenue do not,
-- but what a month adds to them in its quarter, its year and the history does. So every customer's month is counted once.
with months as (
    select
        *,
        {%- for block in ['quarter', 'ytd'] %}
        {{ block_start(block, 'line_month') }} as {{ block }}_start{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_customer_order_months') }}
    where line_month between cast('{{ var("first_month") }}-01' as date) and (select max(period_end) from {{ ref('int_periods') }})
),

so_far as (
    select
        *,
        {%- for block, start in [('quarter', 'customer_number, quarter_start'), ('ytd', 'customer_number, ytd_start'), ('history', 'customer_number')] %}
        {%- for measure in ['orders', 'returning_orders', 'revenue', 'returning_revenue'] %}
        sum({{ measure }}) over (
            partition by {{ start }} order by line_month rows between unbounded preceding and current row
        ) - {{ measure }} as {{ block }}_{{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}{{ ',' if not loop.last }}
        {%- endfor %}
    from months
),

grown as (
    select
        customer_number,
        order_channel,
        line_month,
        {{ additive | join(', ') }},
        case when orders > 0 then 1 else 0 end as month_buyers,
        case when returning_orders > 0 then 1 else 0 end as month_returning_buyers,
        cast({{ wide('revenue') }} * revenue as decimal(38, 4)) as month_revenue_squared,
        cast({{ wide('returning_revenue') }} * returning_revenue as decimal(38, 4)) as month_returning_revenue_squared,
        cast({{ wide('returning_revenue') }} * revenue as decimal(38, 4)) as month_returning_revenue_product,
        {%- for block in ['quarter', 'ytd', 'history'] %}
        case when orders > 0 and {{ block }}_orders = 0 then 1 else 0 end as {{ block }}_buyers,
        case when returning_orders > 0 and {{ block }}_returning_orders = 0 then 1 else 0 end as {{ block }}_returning_buyers,
        -- (a + b)² − a², and (a + b)(c + d) − ac.
        cast({{ wide('revenue') }} * (2 * {{ block }}_revenue + revenue) as decimal(38, 4)) as {{ block }}_revenue_squared,
        cast({{ wide('returning_revenue') }} * (2 * {{ block }}_returning_revenue + returning_revenue) as decimal(38, 4))
            as {{ block }}_returning_revenue_squared,
        cast(
            {{ wide('revenue') }} * ({{ block }}_returning_revenue + returning_revenue)
            + {{ wide('returning_revenue') }} * {{ block }}_revenue
            as decimal(38, 4)
        ) as {{ block }}_returning_revenue_product{{ ',' if not loop.last }}
        {%- endfor %}
    from so_far
),

profile_months as (
    {{ profile_months() }}
),

in_place as (
    select
        grown.*,
        profile_months.attributes_key,
        profile_months.plan_key
    from grown
    inner join profile_months
        on
            grown.customer_number = profile_months.customer_number
            and {{ is_within('grown.line_month', 'profile_months.placed_from', 'profile_months.placed_until') }}
),

{%- set wide = additive[:] -%}
{%- for block in blocks[:3] -%}{%- for measure in own -%}{%- do wide.append(block ~ '_' ~ measure) -%}{%- endfor -%}{%- endfor %}

summed as (
    {{ ordered_scopes('in_place', ['line_month'], wide, ref('int_customer_order_months')) }}
),

-- The few that stand elsewhere in a period are moved, each kind of period for itself.
moved as (
    {%- for block in blocks[:3] %}
    {%- for weight, prefix in [('-', 'month_'), ('', '')] %}
    select
        '{{ block }}' as block_type,
        grown.line_month,
        places.{{ prefix }}attributes_key as attributes_key,
        places.{{ prefix }}plan_key as plan_key,
        grown.order_channel,
        {%- for measure in additive %}
        {{ weight }}grown.{{ measure }} as {{ measure }},
        {%- endfor %}
        {%- for measure in own %}
        {{ weight }}grown.{{ block }}_{{ measure }} as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from grown
    inner join {{ ref('int_order_places') }} as places
        on
            grown.customer_number = places.customer_number
            and grown.line_month = places.month_start
            and places.block_type = '{{ block }}'
    union all
    {%- endfor %}
    {%- endfor %}
    select
        'history' as block_type,
        grown.line_month,
        places.attributes_key,
        case when grown.line_month >= places.joined_month then places.joined_plan_key else places.plan_key end as plan_key,
        grown.order_channel,
        {%- for measure in additive %}
        grown.{{ measure }},
        {%- endfor %}
        {%- for measure in own %}
        grown.history_{{ measure }} as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from grown
    inner join {{ ref('int_order_history_places') }} as places on grown.customer_number = places.customer_number
),

-- Who ordered before becoming a customer with a plan, within one quarter or year, takes all of it along from then on.
joins as (
    {%- for block in ['quarter', 'ytd'] %}
    select
        customer_number,
        '{{ block }}' as block_type,
        period_start,
        {{ month_of('joined_on') }} as joined_month
    from {{ ref('int_customers_joined') }}
    where
        period_start = {{ block_start(block, 'period_start') }}
        and {{ block_start(block, 'joined_on') }} = period_start
        and {{ month_of('joined_on') }} > period_start
    union all
    {%- endfor %}
    select
        customer_number,
        'history' as block_type,
        cast('{{ var("first_month") }}-01' as date) as period_start,
        joined_month
    from {{ ref('int_order_history_places') }}
    where joined_month is not null
),

before_joining as (
    select
        joins.customer_number,
        joins.block_type,
        joins.period_start,
        joins.joined_month,
        min(months.order_channel) as order_channel,
        {%- for measure in additive %}
        sum(months.{{ measure }}) as {{ measure }},
        {%- endfor %}
        max(case when months.orders > 0 then 1 else 0 end) as buyers,
        max(case when months.returning_orders > 0 then 1 else 0 end) as returning_buyers,
        cast(sum(months.revenue) * sum(months.revenue) as decimal(38, 4)) as revenue_squared,
        cast(sum(months.returning_revenue) * sum(months.returning_revenue) as decimal(38, 4)) as returning_revenue_squared,
        cast(sum(months.returning_revenue) * sum(months.revenue) as decimal(38, 4)) as returning_revenue_product
    from joins
    inner join months
        on
            joins.customer_number = months.customer_number
            and months.line_month >= joins.period_start
            and months.line_month < joins.joined_month
    group by joins.customer_number, joins.block_type, joins.period_start, joins.joined_month
),

taken_along as (
    {%- for weight, end in [('-', add_days('period_start', -1)), ('', month_end('joined_month'))] %}
    select
        customer_number,
        block_type,
        joined_month as line_month,
        order_channel,
        period_start,
        {{ end }} as period_end,
        {%- for measure in additive + own %}
        {{ weight }}{{ measure }} as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from before_joining
    where block_type <> 'history'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

taken_placed as (
    {{ placed_numbers('taken_along') }}
),

corrected as (
    select * from moved
    union all
    select
        block_type, line_month, attributes_key, plan_key, order_channel,
        {{ (additive + own) | join(', ') }}
    from taken_placed
    {%- for weight, plan in [('-', 'plan_key'), ('', 'joined_plan_key')] %}
    union all
    select
        before_joining.block_type, before_joining.joined_month, places.attributes_key, places.{{ plan }},
        before_joining.order_channel,
        {%- for measure in additive + own %}
        {{ weight }}before_joining.{{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from before_joining
    inner join {{ ref('int_order_history_places') }} as places on before_joining.customer_number = places.customer_number
    where before_joining.block_type = 'history'
    {%- endfor %}
),

corrections as (
    {{ ordered_scopes('corrected', ['block_type', 'line_month'], additive + own, ref('int_customer_order_months')) }}
),

of_blocks as (
    {%- for block in blocks[:3] %}
    select
        audience, scope_type, scope_value, '{{ block }}' as block_type, line_month,
        {{ additive | join(', ') }},
        {%- for measure in own %}
        {{ block }}_{{ measure }} as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from summed
    union all
    {%- endfor %}
    select audience, scope_type, scope_value, block_type, line_month, {{ (additive + own) | join(', ') }}
    from corrections
),

periods as (
    select period_type, period_start, period_end, case period_type when 'year' then 'ytd' else period_type end as block_type
    from {{ ref('int_periods') }}
    union all
    select
        'history' as period_type, min(period_start) over () as period_start, period_end, 'history' as block_type
    from {{ ref('int_periods') }}
    where period_type = 'month'
),

final as (
    select
        of_blocks.audience,
        of_blocks.scope_type,
        of_blocks.scope_value,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        {%- for measure in additive + own %}
        sum(of_blocks.{{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from of_blocks
    inner join periods
        on
            of_blocks.block_type = periods.block_type
            and of_blocks.line_month between periods.period_start and periods.period_end
    group by
        of_blocks.audience, of_blocks.scope_type, of_blocks.scope_value, periods.period_type, periods.period_start,
        periods.period_end
)

select * from final
