{{ config(meta={'dagster': {'ref': {'name': 'int_rate_gaps'}}}) }}
-- A missing rate stops the build, naming currencies and months: it stands before every model that adds up amounts.
with named as (
    select
        count(*) as gaps,
        {{ dbt.listagg("currency_code || ' in ' || substr(cast(rate_month as varchar), 1, 7) || ' (' || needed_by || ')'",
            "', '", "order by currency_code, rate_month, needed_by") }} as gap_names
    from {{ ref('int_rate_gaps') }}
)

-- In the filter, where no engine can leave it out.
select gaps
from named
where
    case
        when gaps > 0
            then {{ stop_with("'no rate for ' || gap_names || ': add it to exchange_rates or give the rows a rate_to_base'") }}
    end is not null
