-- Drives Neovim as a user does, with the configuration of the README, and writes what the user saw as JSON.
-- Arguments: the configuration, the file to edit, the file to write.

local config, file, output = arg[1], arg[2], arg[3]
local seen = {}

local function wait(what, condition)
  if not vim.wait(20000, condition, 10) then
    local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
    error(("waited in vain for %s, with %s and %s in\n%s"):format(what, vim.inspect(vim.diagnostic.get(0)), vim.inspect(seen), text))
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

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
end

-- Completion, typed and accepted in Neovim's own menu. Headless Neovim gets no keys while a script runs, so the keys are
-- fed all at once, and those behind the menu wait for it in an expression mapping.
put_cursor_on("u64")
vim.keymap.set("i", "<F2>", function()
  seen.completion = {}
  vim.lsp.completion.get()
  wait("the menu", function()
    return vim.fn.pumvisible() == 1
  end)
  for _, item in ipairs(vim.fn.complete_info({ "items" }).items) do
    table.insert(seen.completion, item.word)
  end
  vim.api.nvim_feedkeys(vim.keycode("<C-y><Esc>"), "n", false)
end)
-- The list appears, and what was typed stays as it is until somebody chooses.
vim.keymap.set("i", "<F3>", function()
  vim.lsp.completion.get()
  wait("the menu", function()
    return vim.fn.pumvisible() == 1
  end)
  seen.typed = vim.api.nvim_get_current_line()
end)
vim.api.nvim_feedkeys(vim.keycode("cepoi<F3><F2><C-n>"), "mx!", false)
wait("the completed name", function()
  return text():find("-> point;", 1, true)
end)
wait("the diagnostics of the completed text to go", function()
  return #vim.diagnostic.get(0) == 0
end)
seen.text = vim.api.nvim_buf_get_lines(0, 0, -1, false)

-- References, in the quickfix list; the cursor is on a use.
put_cursor_on("point)")
vim.lsp.buf.references()
wait("the references", function()
  return #vim.fn.getqflist() > 0
end)
seen.references = vim.tbl_map(function(item)
  return { item.lnum, item.col }
end, vim.fn.getqflist())
vim.cmd("cclose")

-- Rename, everywhere.
put_cursor_on("point)")
vim.lsp.buf.rename("place")
wait("the new name", function()
  return text():find("record place", 1, true)
end)
seen.renamed = vim.api.nvim_buf_get_lines(0, 0, -1, false)
wait("the diagnostics of the renamed text", function()
  return #vim.diagnostic.get(0) == 0
end)

-- A code action mends a mistake: the first one that is preferred.
put_cursor_on("place)")
vim.cmd.normal({ "ce" .. "plase", bang = true })
wait("the mistake to be marked", marked("`plase`"))
put_cursor_on("plase")
vim.lsp.buf.code_action({
  apply = true,
  filter = function(action)
    return action.title:find("`place`", 1, true) ~= nil
  end,
})
wait("the mistake to be mended", function()
  return not text():find("plase", 1, true)
end)
wait("the diagnostics of the mended text to go", function()
  return #vim.diagnostic.get(0) == 0
end)

-- A lens counts the references, and shows them. Lenses of the text before may still be on their way.
local function lenses()
  return vim.lsp.codelens.get(0)
end
vim.lsp.codelens.refresh({ bufnr = 0 })
wait("the lenses", function()
  for _, lens in ipairs(lenses()) do
    if lens.command and lens.command.title == "4 references" then
      return true
    end
  end
end)
seen.lenses = {}
for _, lens in ipairs(lenses()) do
  if lens.command then
    seen.lenses[lens.command.title] = lens.range.start.line
  end
end
if vim.lsp.config.witlens.commands then
  vim.fn.setqflist({}, "r")
  for _, lens in ipairs(lenses()) do
    if lens.command and lens.command.title == "4 references" then
      client:exec_cmd(lens.command, { bufnr = 0 })
      break
    end
  end
  seen.shown = #vim.fn.getqflist()
  vim.cmd("cclose")
end

-- Saving formats.
put_cursor_on("move: func")
vim.cmd.normal({ "^i" .. "      ", bang = true })
vim.cmd.write()
seen.saved = vim.fn.readfile(vim.api.nvim_buf_get_name(0))
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
