"""The calculator in Python. componentize-py makes the module `wit_world` of the WIT."""

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.operations import Failure_DivisionByZero, Failure_Overflow, Operator, Summary


class Operations(exports.Operations):
    def apply(self, left: int, operator: Operator, right: int) -> int:
        match operator:
            case Operator.ADD:
                exact = left + right
            case Operator.SUBTRACT:
                exact = left - right
            case Operator.MULTIPLY:
                exact = left * right
            case Operator.DIVIDE:
                if right == 0:
                    raise Err(Failure_DivisionByZero())
                exact = abs(left) // abs(right)
                if (left < 0) != (right < 0):
                    exact = -exact
        if not -(2**31) <= exact < 2**31:
            raise Err(Failure_Overflow(exact))
        return exact

    def summarize(self, values: list[int]) -> Summary:
        total = sum(values)
        return Summary(count=len(values), sum=total, mean=total / len(values) if values else None)

    def label(self, name: str, value: int) -> str:
        return f"{name} = {value}"
