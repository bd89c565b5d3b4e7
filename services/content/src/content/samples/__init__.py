"""Code samples: short sessions at the prompt, for the home page."""
