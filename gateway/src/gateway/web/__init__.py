"""How pages become HTTP: routing, errors, headers, forms, static files, who the visitor is."""
