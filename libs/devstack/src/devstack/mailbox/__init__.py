"""A mailbox that takes every mail of the run, and shows it: nothing leaves the machine."""
