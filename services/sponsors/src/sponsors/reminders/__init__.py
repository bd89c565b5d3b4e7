"""What the clock brings: assets that are due, sponsorships that end, renewals."""
