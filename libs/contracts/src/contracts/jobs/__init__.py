"""Contracts of the jobs context: the job board, its review and its moderation."""
