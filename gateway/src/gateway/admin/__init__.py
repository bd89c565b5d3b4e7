"""The staff admin: generic pages over what each service tells of its resources."""
