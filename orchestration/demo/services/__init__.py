"""Small real servers in the place of the services a company asks: they answer as documented, and wrongly on demand.

Add here: a service, and what its documentation says of it. Keep out: patches of our own code.
"""
