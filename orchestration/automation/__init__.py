"""What runs by itself, decided without Dagster: which month is due, what is late, what waits for whom."""
