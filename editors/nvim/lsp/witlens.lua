-- Witlens, the language server for WIT, as `vim.lsp.enable("witlens")` finds it on the runtime path (Neovim 0.11+).

-- Lenses tell how a build goes and what a call answered, so the server asks for them again; Neovim 0.11 does not know how.
local function refresh_lenses(_, _, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  for buffer in pairs(client and client.attached_buffers or {}) do
    vim.lsp.codelens.refresh({ bufnr = buffer })
  end
  return vim.NIL
end

-- `:WitlensCancel` stops builds and calls that are running.
local function cancel_all(client)
  for token in pairs(client.progress.pending) do
    client:notify("window/workDoneProgress/cancel", { token = token })
  end
end

---@type vim.lsp.Config
return {
  capabilities = { workspace = { codeLens = { refreshSupport = true } } },
  handlers = { ["workspace/codeLens/refresh"] = refresh_lenses },
  on_attach = function(client, buffer)
    vim.api.nvim_buf_create_user_command(buffer, "WitlensCancel", function()
      cancel_all(client)
    end, { desc = "Stop the builds and calls that are running" })
  end,
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
