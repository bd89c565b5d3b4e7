"""Nominations: who proposes whom for an election, what they answer, what staff decide."""
