"""Review and moderation: what reviewers see of jobs, and do with them."""
