"""The one exception that ends a command on purpose."""


class CommandError(Exception):
    """Wrong usage or unreadable input: the message is the one line that the user sees, the exit code is 2."""
