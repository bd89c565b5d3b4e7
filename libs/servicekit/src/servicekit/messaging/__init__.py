"""How the services hear of each other: streams, the connection, the fan-out of events.

`topology` declares every stream and durable consumer, `bus` keeps the connection and what is
declared alive, `fanout` brings every event to every replica, `tracing` carries a trace over.
"""
