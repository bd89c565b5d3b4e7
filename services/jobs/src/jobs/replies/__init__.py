"""Canned replies: texts that reviewers need again and again."""
