"""The search: documents made of what services tell, and engines that find them."""
