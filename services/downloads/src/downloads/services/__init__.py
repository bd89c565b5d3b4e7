"""The rules of writing: every function changes rows, records events and audit in one transaction.

Who locks what, in this order, so that writers never wait for one another in a circle: first the
lock of "latest" (only by who may move that flag, or touches many releases), then rows of systems,
then rows of releases by ascending id, then files.
"""
