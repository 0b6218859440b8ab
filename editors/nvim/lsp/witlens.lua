-- Witlens, the language server for WIT, as `vim.lsp.enable("witlens")` finds it on the runtime path (Neovim 0.11+).

---@type vim.lsp.Config
return {
  cmd = { "witlens", "lsp" },
  filetypes = { "wit" },
  -- A file outside of any of these is served too: its directory is its package.
  root_markers = { "wkg.toml", "wkg.lock", "witlens.toml", "wit", ".git" },
  settings = {
    witlens = {
      -- features = { "unstable-feature" },      -- feature gates that are on
      -- allFeatures = true,                     -- or all of them
      -- severity = { ["rule-code"] = "off" },   -- error, warning, information, hint or off
    },
  },
}
