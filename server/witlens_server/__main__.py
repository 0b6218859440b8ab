"""`python -m witlens_server` is the command `witlens`."""

from witlens_server.cli.main import process

if __name__ == "__main__":
    process()
