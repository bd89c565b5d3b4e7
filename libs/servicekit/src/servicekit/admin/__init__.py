"""The staff admin of a service: resources that a domain declares, served at `/admin-api`.

A domain says what its lists and forms are (`declaration`); reading is one statement made of that
(`listing`), writing always goes through the domain's own functions (`saving`), so that rules,
events and audit are those of its API. `operations` are the resources that every service has.
"""
