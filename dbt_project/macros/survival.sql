{#- How long something lasts when not all of it has ended: the Kaplan–Meier estimate in SQL.

    Add here: the curve and its bounds. Keep out: how durations are counted (durations.sql) and whose they are (the models).
-#}

{#- The curve of each combination of `keys`, on the days of `relation` (keys, days, exits, events, entries) with an
    event or is_on_grid = 1:
    at_risk        under observation just before that day: entered earlier, not yet out
    log_survival   Σ ln(1 − events / at_risk) up to and with that day; survival() of it is the share, is_half_gone() the median
    greenwood      Σ events / (at_risk · (at_risk − events)), the variance of that logarithm (Greenwood 1926)
    smallest_risk  the fewest at risk on such a day so far
    Most days are only passed through: what they need is left as DECIMAL, and turned into numbers where it is shown.
    Logarithms and quotients are rounded to 24 places before they are added: sums of DECIMAL do not depend on threads. -#}
{%- macro survival_curve(relation, keys) -%}
{%- set until_now -%} partition by {{ keys | join(', ') }} order by days rows between unbounded preceding and current row {%- endset -%}
select
    {{ keys | join(', ') }},
    days,
    is_on_grid,
    at_risk,
    sum(events) over ({{ until_now }}) as events,
    coalesce(sum(log_share) over ({{ until_now }}), 0) as log_survival,
    coalesce(sum(greenwood_part) over ({{ until_now }}), 0) as greenwood,
    min(at_risk) over ({{ until_now }}) as smallest_risk
from (
    select
        {{ keys | join(', ') }},
        days,
        is_on_grid,
        cast(at_risk as bigint) as at_risk,
        cast(events as bigint) as events,
        case
            when events > 0 and events < at_risk
            then cast(ln(1 - cast(events as double) / at_risk) as decimal(38, 24))
            -- Nobody is left: the exponential of so little is 0, and stays it.
            when events > 0 and events = at_risk then cast(-1000000 as decimal(38, 24))
        end as log_share,
        case when events > 0 and events < at_risk then
            cast(cast(events as double) / (cast(at_risk as double) * (at_risk - events)) as decimal(38, 24))
        end as greenwood_part
    from (
        select
            *,
            sum(exits - entries) over (
                partition by {{ keys | join(', ') }} order by days desc
                rows between unbounded preceding and current row
            ) as at_risk
        from {{ relation }}
    ) as at_risk_counted
    where events > 0 or is_on_grid = 1
) as parts_taken
{%- endmacro -%}

{#- The share that a curve's logarithm stands for. -#}
{%- macro survival(log_survival) -%} round(exp(cast({{ log_survival }} as double)), 9) {%- endmacro -%}

{#- Whether that share is at most 0.5: its logarithm is that of 0.5000000005, which would be rounded up, or less. -#}
{%- macro is_half_gone(log_survival) -%} {{ log_survival }} <= -0.69314717956 {%- endmacro -%}

{#- 95 % bound of a survival share by the log–log transformation (Kalbfleisch and Prentice 1980): S^exp(∓z·√V / ln S),
    V Greenwood's sum. Where nothing or everything has ended the data give no width: NULL. -#}
{%- macro survival_bound(survival, greenwood, sign) -%}
case when {{ survival }} > 0 and {{ survival }} < 1 then
    round(power({{ survival }}, exp({{ sign }}{{ z95() }} * sqrt({{ greenwood }}) / ln({{ survival }}))), 9)
end
{%- endmacro -%}

{%- macro survival_low(survival, greenwood) -%} {{ survival_bound(survival, greenwood, '-') }} {%- endmacro -%}
{%- macro survival_high(survival, greenwood) -%} {{ survival_bound(survival, greenwood, '') }} {%- endmacro -%}
