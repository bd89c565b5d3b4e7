"""Elections and their kinds: what is elected, and when people can be nominated."""
