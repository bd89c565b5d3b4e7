"""The desk of staff: what they see of sponsorships, and decide."""
