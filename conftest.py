"""What must be so before the first test is collected."""

# Tests are collected by path, and those in the folder gateway/tests get module names that begin
# with "gateway." too. The package has to be there first, or pytest makes an empty one of that name.
import gateway  # noqa: F401
