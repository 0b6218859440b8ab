"""The command line: one small module per command, imported only when that command runs.

Start-up time decides whether people check on every save, so a module here imports at its top only what every run of
it needs. `if TYPE_CHECKING` blocks use a plain constant of that name: type checkers know it, and `typing` itself
stays out.
"""
