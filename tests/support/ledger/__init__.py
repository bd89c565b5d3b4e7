"""A small real service that keeps a book of every release event it has had.

The resilience tests read it to see what reached a consumer: nothing lost, nothing twice, each
release in order. It is also the shortest example of a service that follows another's events.
"""
