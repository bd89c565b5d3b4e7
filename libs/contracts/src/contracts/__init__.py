"""What the services say to each other: DTOs and domain events, Pydantic only.

Everything here is a promise to a consumer that is deployed at another time. Within a version a
payload only gains optional fields; anything else is a new version of the event or the route.
"""
