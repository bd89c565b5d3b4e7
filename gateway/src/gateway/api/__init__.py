"""The public API: `/api/v1` and `/api/v2` as python.org has always had them, and a modern one.

What there is to read and write is declared once (`legacy/`, `modern/`). A *dialect* turns requests
into calls of a service and its answers into one of the shapes that clients know; `server.py` has
what all of them share: who calls, how often, what is kept.
"""
