-- Where a buyer stands in a month, a quarter to date or a year to date otherwise than by the profile of the day before the
-- last month: who moved in the quarter or the year, and whose plan is that of a later first active day. Everyone else is
-- placed by that profile: figures are added up by it once for all kinds of periods, and put right by these few.
with buyers as (
    select distinct customer_number
    from {{ ref('int_customer_order_months') }}
),

months as (
    select
        period_start as month_start,
        period_end,
        {{ block_start('quarter', 'period_start') }} as quarter_start,
        {{ block_start('ytd', 'period_start') }} as ytd_start
    from {{ ref('int_periods') }}
    where period_type = 'month'
),

candidates as (
    {%- for block in ['quarter', 'ytd'] %}
    select
        profiles.customer_number,
        '{{ block }}' as block_type,
        months.{{ block }}_start as period_start,
        months.month_start,
        months.period_end
    from {{ ref('int_customer_profiles') }} as profiles
    inner join months
        on
            {{ block_start(block, 'profiles.valid_from') }} = months.{{ block }}_start
            and profiles.valid_from < months.month_start
    union
    {%- endfor %}
    {%- for block in ['month', 'quarter', 'ytd'] %}
    select
        joined.customer_number,
        '{{ block }}' as block_type,
        joined.period_start,
        months.month_start,
        months.period_end
    from {{ ref('int_customers_joined') }} as joined
    inner join months
        on joined.period_start = months.{{ block }}_start and joined.joined_on <= months.period_end
    {{ 'union' if not loop.last }}
    {%- endfor %}
),

of_buyers as (
    select candidates.*
    from candidates
    inner join buyers on candidates.customer_number = buyers.customer_number
),

placed as (
    {{ placed_numbers('of_buyers') }}
),

final as (
    select
        profiles.customer_number,
        placed.block_type,
        placed.month_start,
        placed.attributes_key,
        placed.plan_key,
        profiles.attributes_key as month_attributes_key,
        profiles.plan_key as month_plan_key
    from placed
    inner join {{ ref('int_customer_profiles') }} as profiles
        on
            placed.customer_number = profiles.customer_number
            and profiles.valid_from < placed.month_start
            and (profiles.valid_until is null or profiles.valid_until >= placed.month_start)
    where placed.attributes_key <> profiles.attributes_key or placed.plan_key <> profiles.plan_key
)

select * from final
