"""Release and delivery: what may leave, to whom, exactly once, and the record of it. Never imports dagster."""
