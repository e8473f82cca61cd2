{%- set signals = var('signals') -%}
{%- set needed = signals.order_gaps_needed -%}
{#- So many gaps are looked back at before a customer is compared with all its gaps. -#}
{%- set looked_back = 6 -%}
{%- set percentile = 'cast(' ~ signals.order_gap_percentile ~ ' as decimal(9, 6))' -%}
-- Customers who have not ordered for longer than usual at a month's end: longer than the percentile of their own gaps
-- between order days or, with too few completed gaps, of all customers' gaps completed by then.
with months as (
    {{ risk_months() }}
),

order_days as (
    select distinct
        customer_id,
        ordered_on
    from {{ ref('int_orders_counted') }}
    where is_counted
),

neighbours as (
    select
        customer_id,
        ordered_on,
        lead(ordered_on) over customer_days as next_on,
        {%- for back in range(1, looked_back + 1) %}
        lag(ordered_on, {{ back }}) over customer_days as previous_{{ back }},
        {%- endfor %}
        row_number() over customer_days - 1 as completed_gaps
    from order_days
    window customer_days as (partition by customer_id order by ordered_on)
),

gaps as (
    select
        customer_id,
        ordered_on,
        {{ dbt.datediff('previous_1', 'ordered_on', 'day') }} as gap_days
    from neighbours
    where previous_1 is not null
),

gap_counts as (
    select
        {{ month_end('ordered_on') }} as completed_by,
        gap_days,
        count(*) as gaps
    from gaps
    group by {{ month_end('ordered_on') }}, gap_days
),

counts_at_ends as (
    select
        months.period_end,
        gap_counts.gap_days,
        sum(gap_counts.gaps) as gaps
    from months
    inner join gap_counts on gap_counts.completed_by <= months.period_end
    group by months.period_end, gap_counts.gap_days
),

running_counts as (
    select
        period_end,
        gap_days,
        sum(gaps) over (partition by period_end order by gap_days) as gaps_so_far,
        sum(gaps) over (partition by period_end) as all_gaps
    from counts_at_ends
),

usual_gaps as (
    select
        period_end,
        min(gap_days) as usual_gap
    from running_counts
    where gaps_so_far >= ceil({{ percentile }} * all_gaps)
    group by period_end
),

-- The last order day at each month's end; most orders are followed by another before their month ends, and most of the
-- others before the first month that is told.
last_orders as (
    select neighbours.*
    from neighbours
    cross join (select min(period_end) as period_end from months) as first_told
    where
        neighbours.next_on is null
        or (neighbours.next_on > {{ month_end('neighbours.ordered_on') }} and neighbours.next_on > first_told.period_end)
),

open_gaps as (
    select
        last_orders.*,
        months.period_end,
        {{ dbt.datediff('last_orders.ordered_on', 'months.period_end', 'day') }} as open_days
    from last_orders
    inner join months on {{ is_within('months.period_end', 'last_orders.ordered_on', 'last_orders.next_on') }}
),

active_gaps as (
    select open_gaps.*
    from open_gaps
    inner join {{ ref('int_risk_customers') }} as customers
        on open_gaps.customer_id = customers.customer_id and open_gaps.period_end = customers.period_end
),

-- More than the allowed number of the last gaps as long as this one: the percentile cannot be passed. This spares most
-- customers the comparison with all their gaps.
candidates as (
    select
        customer_id,
        period_end,
        ordered_on,
        open_days,
        completed_gaps
    from active_gaps
    where
        completed_gaps >= {{ needed }}
        and {% for back in range(looked_back) -%}
        {%- set nearer = 'previous_' ~ back if back else 'ordered_on' -%}
        {{ '+ ' if back }}case when {{ dbt.datediff('previous_' ~ (back + 1), nearer, 'day') }} >= open_days then 1 else 0 end
        {% endfor -%}
        <= completed_gaps - ceil({{ percentile }} * completed_gaps)
),

ranked_gaps as (
    select
        candidates.*,
        gaps.gap_days,
        row_number() over (
            partition by candidates.customer_id, candidates.period_end
            order by gaps.gap_days
        ) as gap_rank
    from candidates
    inner join gaps on candidates.customer_id = gaps.customer_id and gaps.ordered_on <= candidates.ordered_on
),

own as (
    select
        customer_id,
        period_end,
        ordered_on,
        open_days,
        gap_days as usual_gap
    from ranked_gaps
    where gap_rank = ceil({{ percentile }} * completed_gaps)
),

of_all as (
    select
        active_gaps.customer_id,
        active_gaps.period_end,
        active_gaps.ordered_on,
        active_gaps.open_days,
        usual_gaps.usual_gap
    from active_gaps
    inner join usual_gaps on active_gaps.period_end = usual_gaps.period_end
    where active_gaps.completed_gaps < {{ needed }}
),

compared as (
    select * from own
    union all
    select * from of_all
),

final as (
    select
        customer_id,
        period_end,
        ordered_on as last_ordered_on,
        usual_gap,
        {{ add_days('ordered_on', 'usual_gap + 1') }} as since_on
    from compared
    where open_days > usual_gap
)

select * from final
