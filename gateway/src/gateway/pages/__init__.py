"""The pages of the site, one module an area: what to fetch, what to decide, what to print.

A page module shapes everything into the frozen dataclasses of its models, so that a template only
prints. `routes.PAGES` lists every page with its address and its cache policy.
"""
