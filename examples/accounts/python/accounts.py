"""The resource of interface `accounts`: componentize-py looks for it in a module of that name."""

from dataclasses import dataclass

from componentize_py_types import Err
from wit_world.exports import accounts as exported
from wit_world.exports.accounts import Refusal_Closed, Refusal_InsufficientFunds, Refusal_WrongCurrency
from wit_world.imports import log
from wit_world.imports.money import Amount


@dataclass
class Ledger:
    """What is known of one account; several handles may stand for it."""

    owner: str
    currency: str
    units: int = 0
    is_open: bool = True


ledgers: list[Ledger] = []


class Account(exported.Account):
    def __init__(self, owner: str, currency: str) -> None:
        self.ledger = Ledger(owner, currency)
        ledgers.append(self.ledger)
        log.write(log.Level.NOTE, f"opened an account of {owner}")

    def owner(self) -> str:
        return self.ledger.owner

    def balance(self) -> Amount:
        return Amount(self.ledger.units, self.ledger.currency)

    def deposit(self, amount: Amount) -> None:
        self.check(amount)
        self.ledger.units += amount.units

    def withdraw(self, amount: Amount) -> Amount:
        self.check(amount)
        if amount.units > self.ledger.units:
            log.write(log.Level.WARNING, f"{self.ledger.owner} asked for more than there is")
            raise Err(Refusal_InsufficientFunds(self.balance()))
        self.ledger.units -= amount.units
        return amount

    def transfer(self, to: "Account", amount: Amount) -> None:
        to.check(amount)
        to.ledger.units += self.withdraw(amount).units

    @classmethod
    def find(cls, owner: str) -> list["Account"]:
        return [cls.of(ledger) for ledger in ledgers if ledger.owner == owner and ledger.is_open]

    @classmethod
    def of(cls, ledger: Ledger) -> "Account":
        """Another handle of an account that is there."""
        account = cls.__new__(cls)
        account.ledger = ledger
        return account

    def check(self, amount: Amount) -> None:
        """Refuses what this account cannot hold."""
        if not self.ledger.is_open:
            raise Err(Refusal_Closed())
        if amount.currency != self.ledger.currency:
            raise Err(Refusal_WrongCurrency(self.ledger.currency))
