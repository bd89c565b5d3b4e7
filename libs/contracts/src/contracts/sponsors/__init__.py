"""Contracts of the sponsors context: from an application to the logos that are shown."""
