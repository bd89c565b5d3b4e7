"""Events: what takes place, by which rule, and with which exceptions."""
