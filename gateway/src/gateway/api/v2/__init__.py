"""`/api/v2` at the addresses of old: the shapes of Django REST framework."""
