"""A small trace viewer: an OTLP/HTTP receiver, a bounded store, a list and a waterfall."""
