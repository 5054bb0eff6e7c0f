"""The Hub's routes, one noun a file; each file exports ``ROUTES``."""

from hubnb.server import convertors

convertors.register()  # before any route is written down
