"""Categories: what a job is; each has one."""
