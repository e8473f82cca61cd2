{%- set scope = ['audience', 'scope_type', 'scope_value'] -%}
{%- set periods = ['period_type', 'period_start', 'period_end'] -%}
{%- set family = ['audience', 'scope_type', 'family', 'family_detail', 'comparison'] + periods -%}
{%- set letters = ['a', 'b', 'c', 'd', 'e'] -%}
-- Is a figure up or down against the period before, the year before, or the rest of its scope? Every figure is brought
-- to the sums its test needs, paired, tested, and corrected with the others a reader sees beside it.
with measures as (
    {%- for figure in compared_figures() %}
    select
        {{ (scope + periods) | join(', ') }},
        '{{ figure.metric }}' as metric,
        {{ figure.get('detail', "''") }} as detail,
        '{{ figure.kind }}' as kind,
        {{ figure.get('is_table', false) | lower }} as is_table,
        cast({{ figure.units }} as bigint) as units
        {%- for letter in letters %},
        cast({{ figure.sums[loop.index0] if loop.index0 < figure.sums | length else 'null' }} as decimal(38, 4)) as {{ letter }}
        {%- endfor %}
    from {% if figure.get('window') -%} (select *, {{ figure.window }} from {{ ref(figure.model) }}) as sized
    {%- else -%} {{ ref(figure.model) }} {%- endif %}
    {%- if figure.get('where') %}
    where {{ figure.where }}
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

judged as (
    {{ suppressed_rows('measures', 'units', periods + ['metric', 'detail']) }}
),

now_rows as (
    select
        {{ (scope + periods) | join(', ') }},
        metric,
        detail,
        kind,
        is_table,
        is_suppressed,
        {%- for letter in letters %}
        {{ letter }} as {{ letter }}1,
        {%- endfor %}
        {{ dbt.datediff('period_start', 'period_end', 'day') }} + 1 as days1,
        {{ add_days('period_start', -1) }} as previous_end,
        {{ month_end(add_months('period_end', -12)) }} as year_ago_end
    from judged
),

pairs as (
    {%- for comparison, condition in [
        ('previous', "now_rows.previous_end = others.period_end and now_rows.period_type <> 'ytd'"),
        ('year_ago', 'now_rows.year_ago_end = others.period_end'),
    ] %}
    select
        now_rows.*,
        '{{ comparison }}' as comparison,
        others.is_suppressed as is_other_suppressed,
        {%- for letter in letters %}
        others.{{ letter }} as {{ letter }}0,
        {%- endfor %}
        {{ dbt.datediff('others.period_start', 'others.period_end', 'day') }} + 1 as days0
    from now_rows
    inner join judged as others
        on
            {%- for key in scope + ['period_type', 'metric', 'detail'] %}
            {{ 'and ' if not loop.first }}now_rows.{{ key }} = others.{{ key }}
            {%- endfor %}
            and {{ condition }}

    union all
    {% endfor %}
    -- The rest: what the whole has and this group has not. Every sum here adds up over disjoint groups.
    select
        now_rows.*,
        'rest' as comparison,
        false as is_other_suppressed,
        {%- for letter in letters %}
        wholes.{{ letter }} - now_rows.{{ letter }}1 as {{ letter }}0,
        {%- endfor %}
        now_rows.days1 as days0
    from now_rows
    inner join judged as wholes
        on
            {%- for key in ['audience', 'metric', 'detail'] + periods %}
            {{ 'and ' if not loop.first }}now_rows.{{ key }} = wholes.{{ key }}
            {%- endfor %}
            and wholes.scope_type in ('company', 'audience')
    where now_rows.scope_type not in ('company', 'audience')
),

sides as (
    select
        {{ (scope + periods) | join(', ') }},
        metric,
        detail,
        comparison,
        kind,
        is_table,
        is_suppressed or is_other_suppressed as is_suppressed,
        cast(a1 as double) as n1,
        cast(a0 as double) as n0
        {%- for side in ['1', '0'] %},
        {{ side_value(side) }} as value{{ side }},
        {{ side_low(side) }} as low{{ side }},
        {{ side_high(side) }} as high{{ side }},
        {{ side_squared_error(side) }} as error{{ side }}
        {%- endfor %}
    from pairs
),

differences as (
    select
        *,
        value1 - value0 as difference,
        sqrt(error1 + error0) as standard_error,
        {{ newcombe_low('value1', 'low1', 'high1', 'value0', 'low0', 'high0') }} as newcombe_low,
        {{ newcombe_high('value1', 'low1', 'high1', 'value0', 'low0', 'high0') }} as newcombe_high
    from sides
),

deviates as (
    select
        *,
        case when kind in ('hazard', 'share') then newcombe_low else difference - {{ z95() }} * standard_error end
            as difference_low,
        case when kind in ('hazard', 'share') then newcombe_high else difference + {{ z95() }} * standard_error end
            as difference_high,
        case
            when kind in ('hazard', 'share') then {{ touching_z('difference', 'newcombe_low', 'newcombe_high') }}
            -- No spread at all on either side: two figures that differ do so for certain, but no test can say it.
            else difference / nullif(standard_error, 0)
        end as z
    from differences
),

tested as (
    select
        *,
        case when not is_suppressed then {{ two_sided_p('z') }} end as p_value,
        -- The cover shows the key figures of a whole side by side; a table shows one figure's groups, or its reasons.
        case when scope_type not in ('company', 'audience') or is_table then metric else '' end as family,
        case when scope_type in ('company', 'audience') then '' else detail end as family_detail
    from deviates
),

-- What a family has in common is many texts: its members are sorted by its number.
families as (
    select
        *,
        row_number() over (order by {{ family | join(', ') }}) as family_number
    from (select distinct {{ family | join(', ') }} from tested) as found
),

numbered as (
    select
        tested.*,
        families.family_number
    from tested
    inner join families
        on
            {% for column in family -%}
            {{ 'and ' if not loop.first }}tested.{{ column }} = families.{{ column }}
            {% endfor %}
),

corrected as (
    {{ benjamini_hochberg('numbered', 'p_value', ['family_number']) }}
),

final as (
    select
        {{ (scope + periods) | join(', ') }},
        metric,
        detail,
        comparison,
        is_suppressed,
        {%- for column, expression in [
            ('figure_value', 'value1'), ('compared_value', 'value0'), ('difference', 'difference'),
            ('difference_low', 'difference_low'), ('difference_high', 'difference_high'), ('p_value', 'p_value'),
            ('p_adjusted', 'p_adjusted'),
        ] %}
        case when not is_suppressed then round({{ expression }}, 9) end as {{ column }},
        {%- endfor %}
        case
            when is_suppressed then null
            when p_adjusted is null then 'untested'
            when p_adjusted > 0.05 then 'none'
            when difference > 0 then 'up'
            else 'down'
        end as verdict
    from corrected
)

select * from final
