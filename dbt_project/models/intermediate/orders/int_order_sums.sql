{%- set additive = ['orders', 'returning_orders', 'revenue', 'returning_revenue', 'margin', 'unknown_margins'] -%}
{%- set amounts = ['revenue', 'returning_revenue', 'margin'] -%}
{%- set own = ['buyers', 'returning_buyers', 'revenue_squared', 'returning_revenue_squared', 'returning_revenue_product'] -%}
{%- set blocks = ['month', 'quarter', 'ytd', 'history'] -%}
{%- set bundles = scope_bundles(['order_channel'], [
    ['order_channel', 'country', 'region', 'account_owner'],
    ['plan', 'term', 'segment', 'acquisition_channel', 'acquisition_offer'],
]) -%}
{%- set codes = ['order_channel', 'mask'] + var('scope_types') -%}
{%- set of_months = additive[:] -%}
{%- for block in blocks[:3] -%}{%- for measure in own -%}{%- do of_months.append(block ~ '_' ~ measure) -%}{%- endfor -%}{%- endfor -%}
-- What was ordered in every period, by scope. Sums add up over months; buyers and squares of a customer's revenue do not,
-- but what a month adds to them in its quarter, its year and the history does. So every customer's month is counted once.
with {{ value_codes({'order_channel': ref('int_customer_order_months')}) }},

months as (
    select
        lines.customer_number,
        coded_order_channel.order_channel,
        lines.line_month,
        {%- for block in ['quarter', 'ytd'] %}
        {{ block_start(block, 'lines.line_month') }} as {{ block }}_start,
        {%- endfor %}
        {%- for measure in additive %}
        {{ 'lines.' ~ measure if measure in amounts else 'cast(lines.' ~ measure ~ ' as integer) as ' ~ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_customer_order_months') }} as lines
    inner join coded_order_channel on lines.order_channel = coded_order_channel.order_channel_text
    where lines.line_month >= cast('{{ var("first_month") }}-01' as date)
),

-- What a customer had before: in all months, in the year, and in the last two months, which hold all of a quarter. One step,
-- for what is read four times is kept: the windows are not, only what comes of them.
so_far as (
    select
        customer_number,
        order_channel,
        line_month,
        {{ additive | join(', ') }},
        {%- for kind, buyers in [('orders', 'buyers'), ('returning_orders', 'returning_buyers')] %}
        case when {{ kind }} > 0 then 1 else 0 end as month_{{ buyers }},
        {%- for block in ['quarter', 'ytd'] %}
        case when {{ kind }} > 0 and (last_{{ kind }} is null or last_{{ kind }} < {{ block }}_start) then 1 else 0 end
            as {{ block }}_{{ buyers }},
        {%- endfor %}
        case when {{ kind }} > 0 and last_{{ kind }} is null then 1 else 0 end as history_{{ buyers }},
        {%- endfor %}
        {%- for measure in ['revenue', 'returning_revenue'] %}
        cast(
            case when previous_month >= quarter_start then previous_{{ measure }} else 0 end
            + case when earlier_month >= quarter_start then earlier_{{ measure }} else 0 end
            as decimal(18, 2)
        ) as quarter_{{ measure }},
        cast(ytd_{{ measure }} as decimal(18, 2)) as ytd_{{ measure }},
        cast(history_{{ measure }} as decimal(18, 2)) as history_{{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            *,
            {%- for kind in ['orders', 'returning_orders'] %}
            max(case when {{ kind }} > 0 then line_month end) over (
                partition by customer_number order by line_month rows between unbounded preceding and 1 preceding
            ) as last_{{ kind }},
            {%- endfor %}
            lag(line_month, 1) over (partition by customer_number order by line_month) as previous_month,
            lag(line_month, 2) over (partition by customer_number order by line_month) as earlier_month,
            {%- for measure in ['revenue', 'returning_revenue'] %}
            lag({{ measure }}, 1) over (partition by customer_number order by line_month) as previous_{{ measure }},
            lag({{ measure }}, 2) over (partition by customer_number order by line_month) as earlier_{{ measure }},
            sum({{ measure }}) over (
                partition by customer_number, ytd_start order by line_month rows between unbounded preceding and current row
            ) - {{ measure }} as ytd_{{ measure }},
            sum({{ measure }}) over (
                partition by customer_number order by line_month rows between unbounded preceding and current row
            ) - {{ measure }} as history_{{ measure }}{{ ',' if not loop.last }}
            {%- endfor %}
        from months
    ) as windowed
),

-- Where customers stand: by the profile of the day before the month, and for the history in one place until the plan of a
-- later first active day comes.
profile_months as (
    {{ profile_months() }}
),

history_spans as (
    select customer_number, attributes_key, plan_key, {{ beginning_of_time() }} as placed_from, joined_month as placed_until
    from {{ ref('int_order_history_places') }}
    union all
    select customer_number, attributes_key, joined_plan_key, joined_month, null
    from {{ ref('int_order_history_places') }}
    where joined_month is not null
),

{% for name, spans, gains_of in [('in_place', 'profile_months', blocks[:3]), ('in_history', 'history_spans', ['history'])] -%}
{{ name }} as (
    select
        {%- for column in codes %}
        {{ 'so_far' if column == 'order_channel' else 'places' }}.{{ column }},
        {%- endfor %}
        so_far.line_month,
        {{ additive | join(', ') }},
        {%- for block in gains_of %}
        {{ order_gains(block, '' if block == 'history' else block ~ '_') }}{{ ',' if not loop.last }}
        {%- endfor %}
    from so_far
    inner join ({{ coded_rows(spans, ['customer_number', 'placed_from', 'placed_until']) }}) as places
        on
            so_far.customer_number = places.customer_number
            and {{ is_within('so_far.line_month', 'places.placed_from', 'places.placed_until') }}
),

{% endfor -%}
-- The few that stand elsewhere in a period are moved, each kind of period for itself.
movers as (
    select
        so_far.*,
        places.block_type, places.month_attributes_key, places.month_plan_key, places.attributes_key, places.plan_key
    from so_far
    inner join {{ ref('int_order_places') }} as places
        on so_far.customer_number = places.customer_number and so_far.line_month = places.month_start
),

moves as (
    {%- for block in blocks[:3] %}
    select
        block_type, line_month, month_attributes_key, month_plan_key, attributes_key, plan_key, order_channel,
        {{ additive | join(', ') }},
        {{ order_gains(block) }}
    from movers
    where block_type = '{{ block }}'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- Who ordered before becoming a customer with a plan, within one quarter or year, takes all of it along from then on.
joins as (
    {%- for block in ['quarter', 'ytd'] %}
    select
        customer_number, '{{ block }}' as block_type, period_start, {{ month_of('joined_on') }} as joined_month
    from {{ ref('int_customers_joined') }}
    where
        period_start = {{ block_start(block, 'period_start') }}
        and {{ block_start(block, 'joined_on') }} = period_start
        and {{ month_of('joined_on') }} > period_start
    union all
    {%- endfor %}
    select
        customer_number, 'history' as block_type, cast('{{ var("first_month") }}-01' as date) as period_start, joined_month
    from {{ ref('int_order_history_places') }}
    where joined_month is not null
),

before_joining as (
    select
        joins.customer_number,
        joins.block_type,
        joins.period_start,
        joins.joined_month,
        min(so_far.order_channel) as order_channel,
        {%- for measure in additive %}
        sum(so_far.{{ measure }}) as {{ measure }},
        {%- endfor %}
        max(case when so_far.orders > 0 then 1 else 0 end) as buyers,
        max(case when so_far.returning_orders > 0 then 1 else 0 end) as returning_buyers,
        cast(sum(so_far.revenue) * sum(so_far.revenue) as decimal(38, 4)) as revenue_squared,
        cast(sum(so_far.returning_revenue) * sum(so_far.returning_revenue) as decimal(38, 4)) as returning_revenue_squared,
        cast(sum(so_far.returning_revenue) * sum(so_far.revenue) as decimal(38, 4)) as returning_revenue_product
    from joins
    inner join so_far
        on
            joins.customer_number = so_far.customer_number
            and so_far.line_month >= joins.period_start
            and so_far.line_month < joins.joined_month
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

corrections as (
    {%- for weight, prefix in [('-', 'month_'), ('', '')] %}
    select
        block_type, line_month, {{ prefix }}attributes_key as attributes_key, {{ prefix }}plan_key as plan_key, order_channel,
        {%- for measure in additive + own %}
        {{ weight }}{{ measure }} as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from moves
    union all
    {%- endfor %}
    select block_type, line_month, attributes_key, plan_key, order_channel, {{ (additive + own) | join(', ') }}
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

of_blocks as (
    select {{ codes | join(', ') }}, {{ order_block_number("'history'") }} as block_number, line_month, {{ (additive + own) | join(', ') }}
    from in_history
    union all
    select {{ codes | join(', ') }}, {{ order_block_number('block_type') }} as block_number, line_month, {{ (additive + own) | join(', ') }}
    from ({{ coded_rows('corrections', ['order_channel', 'block_type', 'line_month'] + additive + own) }}) as coded
),

{% for bundle in bundles -%}
months_{{ loop.index }} as (
    {{ bundle_sums('in_place', bundle, ['line_month'], of_months) }}
),

bundle_{{ loop.index }} as (
    {%- set of_bundle = loop.index %}
    {%- for block in blocks[:3] %}
    select
        {{ bundle | join(', ') }}, mask, {{ order_block_number("'" ~ block ~ "'") }} as block_number, line_month,
        {{ additive | join(', ') }},
        {%- for measure in own %}
        {{ block }}_{{ measure }} as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from months_{{ of_bundle }}
    union all
    {%- endfor %}
    {{ bundle_sums('of_blocks', bundle, ['block_number', 'line_month'], additive + own) }}
),

{% endfor -%}
summed as (
    {{ scopes_of_bundles('bundle', bundles, ['block_number', 'line_month'], additive + own) }}
),

periods as (
    select
        period_type,
        period_start,
        period_end,
        {{ order_block_number("case period_type when 'year' then 'ytd' else period_type end") }} as block_number
    from {{ ref('int_periods') }}
    union all
    select
        'history' as period_type, min(period_start) over () as period_start, period_end,
        {{ order_block_number("'history'") }} as block_number
    from {{ ref('int_periods') }}
    where period_type = 'month'
),

final as (
    select
        summed.audience,
        summed.scope_type,
        summed.scope_value,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        {%- for measure in additive + own %}
        sum(summed.{{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from summed
    inner join periods
        on
            summed.block_number = periods.block_number
            and summed.line_month between periods.period_start and periods.period_end
    group by
        summed.audience, summed.scope_type, summed.scope_value, periods.period_type, periods.period_start,
        periods.period_end
)

select * from final
