-- Witlens, the language server for WIT, as `vim.lsp.enable("witlens")` finds it on the runtime path (Neovim 0.11+).

---@type vim.lsp.Config
return {
  cmd = { "witlens", "lsp" },
  filetypes = { "wit", "wave" },
  -- A file outside of any of these is served too: its directory is its package.
  root_markers = { "wkg.toml", "wkg.lock", "witlens.toml", "wit", ".git" },
  settings = {
    witlens = {
      showReferences = "witlens.showReferences", -- what a lens like "3 references" calls: see below
      -- features = { "unstable-feature" },      -- feature gates that are on
      -- allFeatures = true,                     -- or all of them
      -- severity = { ["rule-code"] = "off" },   -- error, warning, information, hint or off
    },
  },
  commands = {
    -- Puts the places into the quickfix list.
    ["witlens.showReferences"] = function(command, context)
      local client = assert(vim.lsp.get_client_by_id(context.client_id))
      local items = vim.lsp.util.locations_to_items(command.arguments[3], client.offset_encoding)
      vim.fn.setqflist({}, " ", { title = command.title, items = items })
      vim.cmd("botright copen")
    end,
  },
}
