-- WebAssembly Interface Types.
vim.filetype.add({ extension = { wit = "wit" } })
