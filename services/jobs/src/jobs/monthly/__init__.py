"""The monthly report: what happened on the board."""
