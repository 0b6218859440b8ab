-- Drives Neovim as a user does, with the configuration of the README, and writes what the user saw as JSON.
-- Arguments: the configuration, the file to edit, the file to write.

local config, file, output = arg[1], arg[2], arg[3]
local seen = {}

local function wait(what, condition)
  if not vim.wait(20000, condition, 10) then
    local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
    error(("waited in vain for %s, with %s in\n%s"):format(what, vim.inspect(vim.diagnostic.get(0)), text))
  end
end

local function diagnostics()
  return vim.tbl_map(function(found)
    return {
      code = found.code,
      message = found.message,
      source = found.source,
      start = { found.lnum, found.col },
      stop = { found.end_lnum, found.end_col },
    }
  end, vim.diagnostic.get(0))
end

-- A command as `ce` is several changes, which Neovim may send one by one: only the last one's diagnostics count.
local function marked(text)
  return function()
    local found = vim.diagnostic.get(0)
    return #found == 1 and found[1].message:find(text, 1, true)
  end
end

local function put_cursor_on(text)
  vim.fn.cursor(1, 1)
  assert(vim.fn.search("\\V" .. text, "c") > 0, "no " .. text)
end

dofile(config)
vim.cmd("filetype plugin on")
vim.cmd.edit(vim.fn.fnameescape(file))
seen.filetype = vim.bo.filetype
wait("the server", function()
  local client = vim.lsp.get_clients({ bufnr = 0, name = "witlens" })[1]
  return client and client.initialized
end)
local client = vim.lsp.get_clients({ bufnr = 0, name = "witlens" })[1]
seen.server = client.server_info.name
seen.encoding = client.offset_encoding
seen.root = client.root_dir

-- A mistake, and its mending. What counts are the diagnostics of the text as it is at the end.
wait("the first diagnostics", marked("`strin`"))
seen.before = diagnostics()
put_cursor_on("strin)")
vim.cmd.normal({ "ea" .. "g", bang = true })
wait("the diagnostics to go", function()
  return #vim.diagnostic.get(0) == 0
end)

-- A line that moves everything, with characters that some programs take for line ends; then a mistake below it.
vim.api.nvim_buf_set_lines(0, 0, 0, false, { "// \226\128\168 \226\128\169 \240\159\152\128" })
put_cursor_on("s32")
vim.cmd.normal({ "ce" .. "s31", bang = true })
wait("the second mistake", marked("`s31`"))
seen.after = diagnostics()
put_cursor_on("s31")
vim.cmd.normal({ "ce" .. "s32", bang = true })
wait("the second mistake to go", function()
  return #vim.diagnostic.get(0) == 0
end)

-- Hover, in the window that Neovim opens.
put_cursor_on("point)")
vim.lsp.buf.hover()
local float
wait("the hover window", function()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      float = window
    end
  end
  return float
end)
seen.hover = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(float), 0, -1, false)
vim.api.nvim_win_close(float, true)

-- Definition.
put_cursor_on("point)")
vim.lsp.buf.definition()
wait("the cursor to move", function()
  return vim.fn.getline("."):find("record point", 1, true)
end)
seen.definition = vim.api.nvim_win_get_cursor(0)

-- Completion: the item is accepted as Neovim does it, by its edit.
put_cursor_on("u64")
vim.cmd.normal({ "ce" .. "poi", bang = true })
wait("the half-typed name to be marked", marked("`poi`"))
put_cursor_on("poi;")
local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
params.position.character = params.position.character + #"poi"
local answer = assert(client:request_sync("textDocument/completion", params, 30000, 0))
assert(not answer.err, vim.inspect(answer.err))
seen.completion = {}
for _, item in ipairs(answer.result.items or answer.result) do
  table.insert(seen.completion, item.label)
  if item.label == "point" then
    vim.lsp.util.apply_text_edits({ item.textEdit }, vim.api.nvim_get_current_buf(), client.offset_encoding)
  end
end

seen.text = vim.api.nvim_buf_get_lines(0, 0, -1, false)
wait("the last diagnostics", function()
  return #vim.diagnostic.get(0) == 0
end)
client:stop()
wait("the server to leave", function()
  return #vim.lsp.get_clients() == 0
end)

local written = assert(io.open(output, "w"))
written:write(vim.json.encode(seen))
written:close()
