"""User groups: proposed by people, approved by staff, shown to everybody."""
