"""Pages: what an editor writes at an address of its own, with revisions, previews and due times."""
