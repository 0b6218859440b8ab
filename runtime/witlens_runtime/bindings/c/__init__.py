"""Glue for C and C++: a header with the types and functions of a world, and a source that carries values over.

    glue = c_glue(world)       # of the resolved model
    glue.header_name           # "calculator.h"

Names and conventions are those of `wit-bindgen c`, so that sources do not care which of the two made the header:

* what a function is given is its own, and to be freed by it; imports leave what they are given to the caller;
* a result is handed over: its memory must come from `malloc`, and is freed for the guest after the caller has read it;
* an `option` that is a parameter is a pointer that may be NULL; functions with an `option` or `result` as result give
  a bool, and the value through pointers.

Structs of C lie in memory as the Canonical ABI wants it, so values are only ever taken apart to be passed flat.
"""

from .glue import MADE, Glue, c_glue, header_name
from .types import Unsupported

__all__ = ["MADE", "Glue", "Unsupported", "c_glue", "header_name"]
