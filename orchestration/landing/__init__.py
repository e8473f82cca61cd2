"""Extract: from the configured sources to landing/, the record of truth."""
