"""Programs elsewhere that are told of events: webhooks."""
