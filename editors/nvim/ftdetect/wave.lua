-- Call files of Witlens.
vim.filetype.add({ extension = { wave = "wave" } })
