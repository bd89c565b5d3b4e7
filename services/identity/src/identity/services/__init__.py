"""The rules of writing: every function changes rows, records events and audit in one transaction.

Who locks what, in this order, so that writers never wait for one another in a circle: first rows
of groups by ascending id, then rows of accounts by ascending id, then what belongs to an account.
"""
