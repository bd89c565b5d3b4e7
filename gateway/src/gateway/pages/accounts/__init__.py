"""What people do with their accounts: come in, leave, and look after what is theirs.

The identity service decides everything; here its answers become pages, and forms its calls. No page
of this folder is kept: most are made for whoever asks, and forms hold a token.
"""
