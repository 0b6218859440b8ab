"""The bank in Python: functions of the exported interface `accounts`. Its resource is in accounts.py."""

import accounts
from wit_world import exports
from wit_world.imports import log
from wit_world.imports.money import Amount


class Accounts(exports.Accounts):
    def close(self, account: accounts.Account) -> Amount:
        ledger = account.ledger
        left = Amount(ledger.units, ledger.currency)
        ledger.units = 0
        ledger.is_open = False
        log.write(log.Level.NOTE, f"closed an account of {ledger.owner}")
        return left
