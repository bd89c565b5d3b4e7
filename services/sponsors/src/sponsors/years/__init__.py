"""The year whose packages can be chosen, and copying a year into a later one."""
