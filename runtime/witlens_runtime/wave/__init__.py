"""WAVE, the component model's text format for values, read and written by type.

`tokens` and `parser` make a tree with positions without knowing types, `reader` reads a tree as a value of a type,
`writer` writes a value. `read_value(text, type)` and `write_value(value, type)` are the short way.
"""

from .errors import Problem, WaveError
from .parser import Parsed, ParsedCall, parse, parse_call
from .reader import ANYTHING, Anything, Names, Use, Variable, arguments_of, fits, read_arguments, read_value, value_of
from .tokens import KEYWORDS, Token, tokenize
from .writer import write_value

__all__ = [
    "ANYTHING",
    "KEYWORDS",
    "Anything",
    "Names",
    "Parsed",
    "ParsedCall",
    "Problem",
    "Token",
    "Use",
    "Variable",
    "WaveError",
    "arguments_of",
    "fits",
    "parse",
    "parse_call",
    "read_arguments",
    "read_value",
    "tokenize",
    "value_of",
    "write_value",
]
