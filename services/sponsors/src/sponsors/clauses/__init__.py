"""Legal clauses: conditions that contracts put below benefits."""
