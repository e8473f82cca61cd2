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

-- From which month on a customer may stand elsewhere: the one after a profile began, or that of the first active day.
candidates as (
    {%- for block in ['quarter', 'ytd'] %}
    select
        customer_number,
        '{{ block }}' as block_type,
        {{ block_start(block, 'valid_from') }} as period_start,
        {{ add_months(month_of('valid_from'), 1) }} as from_month,
        cast(null as date) as joined_on,
        cast(null as integer) as joined_plan_key
    from {{ ref('int_customer_profiles') }}
    where valid_from > {{ beginning_of_time() }}
    union all
    {%- endfor %}
    {%- for block in ['month', 'quarter', 'ytd'] %}
    select
        customer_number, '{{ block }}' as block_type, period_start, {{ month_of('joined_on') }} as from_month, joined_on,
        plan_key as joined_plan_key
    from {{ ref('int_customers_joined') }}
    where {{ block_start(block, 'joined_on') }} = period_start
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

of_buyers as (
    select
        candidates.customer_number,
        candidates.block_type,
        candidates.period_start,
        min(candidates.from_month) as from_month,
        min(candidates.joined_on) as joined_on,
        min(candidates.joined_plan_key) as joined_plan_key
    from candidates
    inner join buyers on candidates.customer_number = buyers.customer_number
    group by candidates.customer_number, candidates.block_type, candidates.period_start
),

-- Where the day before the block puts them, looked up once for all its months.
placed as (
    select
        of_buyers.*,
        of_day.attributes_key,
        of_day.plan_key
    from of_buyers
    inner join {{ ref('int_customer_profiles') }} as of_day
        on
            of_buyers.customer_number = of_day.customer_number
            and {{ was_within('of_buyers.period_start', 'of_day.valid_from', 'of_day.valid_until') }}
),

by_month as (
    {%- for block in ['month', 'quarter', 'ytd'] %}
    select
        placed.customer_number,
        placed.block_type,
        months.month_start,
        placed.attributes_key,
        case when placed.joined_on <= months.period_end then placed.joined_plan_key else placed.plan_key end as plan_key
    from placed
    inner join months
        on
            placed.period_start = months.{{ block }}_start
            and placed.from_month <= months.month_start
    where placed.block_type = '{{ block }}'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        by_month.customer_number,
        by_month.block_type,
        by_month.month_start,
        by_month.attributes_key,
        by_month.plan_key,
        profiles.attributes_key as month_attributes_key,
        profiles.plan_key as month_plan_key
    from by_month
    inner join {{ ref('int_customer_profiles') }} as profiles
        on
            by_month.customer_number = profiles.customer_number
            and {{ was_within('by_month.month_start', 'profiles.valid_from', 'profiles.valid_until') }}
    where by_month.attributes_key <> profiles.attributes_key or by_month.plan_key <> profiles.plan_key
)

select * from final
