"""The tree that the menus, the footer and the breadcrumbs of the site are made of."""
