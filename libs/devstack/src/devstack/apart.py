"""Puts the process that imports it into a session of its own.

The process that programs are forked from imports this first: Ctrl-C and the end of a terminal are
for the supervisor, which ends the programs one by one and has to hear of each from there.
"""

import os

os.setsid()
