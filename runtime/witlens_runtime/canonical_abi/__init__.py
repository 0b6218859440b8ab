"""The Canonical ABI: how values of WIT types lie in a core module's memory and pass through its functions.

`layout` and `signature` say what everything looks like, `compiler.codec_of` and `signature.FunctionCodec` lift and
lower, `names` says what core modules call things, `values` which Python values stand for which types.
The algorithms are those of CanonicalABI.md in the component-model repository; docstrings name its sections.
"""

from .codec import Codec, Context, CoreValue
from .compiler import codec_of
from .errors import AbiError, ModuleMismatch, Trap, UnsupportedType, ValueMismatch
from .handles import CallScope, HandleTable
from .layout import Choice, CoreType, Layout, Members, PointerType, choice_of, layout_of, members_of
from .memory import ByteMemory, Memory
from .signature import Calling, CoreSignature, Direction, FunctionCodec, ImportCodec, core_signature
from .strings import StringEncoding
from .values import Err, Handle, Ok, Some, Value, VariantValue

__all__ = [
    "AbiError",
    "ByteMemory",
    "CallScope",
    "Calling",
    "Choice",
    "Codec",
    "Context",
    "CoreSignature",
    "CoreType",
    "CoreValue",
    "Direction",
    "Err",
    "FunctionCodec",
    "Handle",
    "HandleTable",
    "ImportCodec",
    "Layout",
    "Members",
    "Memory",
    "ModuleMismatch",
    "Ok",
    "PointerType",
    "Some",
    "StringEncoding",
    "Trap",
    "UnsupportedType",
    "Value",
    "ValueMismatch",
    "VariantValue",
    "choice_of",
    "codec_of",
    "core_signature",
    "layout_of",
    "members_of",
]
