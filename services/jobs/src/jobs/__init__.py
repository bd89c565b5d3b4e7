"""The jobs service: the job board, its review and its moderation."""
