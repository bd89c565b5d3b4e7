"""What every service is made of: declare a `Service`, get its app, worker and commands."""
