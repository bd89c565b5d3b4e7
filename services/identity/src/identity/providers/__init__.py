"""Sites elsewhere that can say who a visitor is: how they are declared, and talked to."""
