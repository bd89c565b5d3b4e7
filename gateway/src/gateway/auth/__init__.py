"""Who a visitor is: sessions, and the tokens that speak for people who are signed in."""
