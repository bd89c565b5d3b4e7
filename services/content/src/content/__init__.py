"""Pages, redirects, menus, boxes, banners and search: the content service."""
