"""The JSON interface: stateless, without a cookie, over the same functions as the command line."""
