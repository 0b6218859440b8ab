"""The worker process: its inside, and `process`, which starts it and talks to it on behalf of `witlens_runtime.invoke`.

`main` answers requests, `host` holds components and instances, `wrapper` puts the component around a component through
which values pass as bytes, `capi` is wasmtime.
"""
