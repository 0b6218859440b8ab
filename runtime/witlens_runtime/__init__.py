"""What a component does: the Canonical ABI, WAVE, building, adapting, inspecting and invoking.

Importing this package is cheap: wasmtime is imported by the functions that need it.
"""
