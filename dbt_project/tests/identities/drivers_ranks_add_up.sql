{{ config(meta={'dagster': {'ref': {'name': 'fct_drivers'}}}) }}
-- Ranks from 1 to n sum to n(n + 1)/2, however many ties; doubled, to n(n + 1). Squares are largest without a tie.
select *
from {{ ref('fct_drivers') }}
where
    score_rank_sum <> answers * (answers + 1)
    or driver_rank_sum <> answers * (answers + 1)
    or 3 * score_rank_squares > 2 * answers * (answers + 1) * (2 * answers + 1)
    or 3 * driver_rank_squares > 2 * answers * (answers + 1) * (2 * answers + 1)
    or 2 * abs(rank_products) > score_rank_squares + driver_rank_squares
