"""What a WIT text means. Pure: no protocol, no WebAssembly, no subprocess."""
