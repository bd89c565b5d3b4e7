"""`/api/v1`: the shapes of Tastypie, as the publishing tools of python.org use them."""
