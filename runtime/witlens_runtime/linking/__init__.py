"""Links shared libraries (modules with `dylink.0`) into one component, which has one memory and one table for all.

tool-conventions: DynamicLinking.md; Component Model: examples/SharedEverythingDynamicLinking.md.
"""

from .library import LinkError, SharedLibrary, needed_libraries
from .linker import STACK_SIZE, Linking, is_shared_library, link

__all__ = ["STACK_SIZE", "LinkError", "Linking", "SharedLibrary", "is_shared_library", "link", "needed_libraries"]
