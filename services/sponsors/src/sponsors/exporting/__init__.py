"""ZIPs of assets, made in the background."""
