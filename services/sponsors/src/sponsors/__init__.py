"""The sponsors service: from an application to the logos that are shown."""
