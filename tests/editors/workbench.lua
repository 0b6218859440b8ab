-- Builds, invokes and runs from lenses in Neovim, as a user does, with the configuration of the README; writes what the
-- user saw as JSON. Arguments: the configuration, a JSON file that says what to do, the file to write.

local config, plan_file, output = arg[1], arg[2], arg[3]
local plan = vim.json.decode(table.concat(vim.fn.readfile(plan_file), "\n"))
local seen = { messages = {} }
local PATIENCE = tonumber(vim.env.PATIENCE or 240000)

local function wait(what, condition)
  if not vim.wait(PATIENCE, condition, 20) then
    local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
    error(("waited in vain for %s, with %s in\n%s"):format(what, vim.inspect(seen), text))
  end
end

dofile(config)
-- Neovim does this by itself after an `init.lua`; here it is up already.
vim.cmd.runtime({ "ftdetect/*.lua", bang = true })
vim.cmd("filetype plugin on")

local show_message = vim.lsp.handlers["window/showMessage"]
vim.lsp.handlers["window/showMessage"] = function(error, result, context)
  table.insert(seen.messages, result.message)
  return show_message(error, result, context)
end

local function attached()
  wait("the server", function()
    local client = vim.lsp.get_clients({ bufnr = 0, name = "witlens" })[1]
    return client and client.initialized
  end)
end

local function titles()
  return vim.tbl_map(function(lens)
    return lens.command and lens.command.title or ""
  end, vim.lsp.codelens.get(0))
end

-- Waits for a lens whose title begins with `title`, on the line that holds `text` if that is given, and returns its line.
local function lens(title, text)
  local found
  wait(("a lens `%s`"):format(title), function()
    vim.lsp.codelens.refresh({ bufnr = 0 })
    vim.wait(200)
    for _, one in ipairs(vim.lsp.codelens.get(0)) do
      local line = one.range.start.line
      local told = vim.api.nvim_buf_get_lines(0, line, line + 1, false)[1] or ""
      local command = one.command
      if command and vim.startswith(command.title, title) and (not text or told:find(text, 1, true)) then
        found = one
        return true
      end
    end
    return false
  end)
  return found
end

-- What `:lua vim.lsp.codelens.run()` does: the lens of the line, chosen from a menu where there are several.
local function press(title, text)
  local one = lens(title, text)
  vim.api.nvim_win_set_cursor(0, { one.range.start.line + 1, 0 })
  vim.ui.select = function(options, _, choose)
    for index, option in ipairs(options) do
      if vim.startswith(option.lens.command.title, title) then
        return choose(option, index)
      end
    end
    error("no such lens in the menu")
  end
  vim.lsp.codelens.run()
end

local function said(text)
  wait(("the message `%s`"):format(text), function()
    for _, message in ipairs(seen.messages) do
      if message:find(text, 1, true) then
        return true
      end
    end
    return false
  end)
end

local function hints()
  return vim.tbl_map(function(hint)
    local label = hint.inlay_hint.label
    if type(label) == "table" then
      label = label[1].value
    end
    return vim.trim(label)
  end, vim.lsp.inlay_hint.get({ bufnr = 0 }))
end

-- From the WIT to a component.
vim.cmd.edit(vim.fn.fnameescape(plan.wit))
attached()
seen.before = (function()
  lens(plan.first)
  return titles()
end)()
press(plan.first)
said(plan.first == "Build" and "built " or "is a component now")
lens("Conforms")
seen.built = titles()

-- A call of a function: the call file opens with the cursor in the first argument.
press("Invoke", plan.declared)
wait("the call file", function()
  return vim.bo.filetype == "wave"
end)
attached()
seen.call_file = vim.fn.expand("%:t")
seen.stub = vim.api.nvim_get_current_line()
seen.column = vim.api.nvim_win_get_cursor(0)[2]
vim.api.nvim_set_current_line(plan.call)
vim.cmd.write()
vim.lsp.inlay_hint.enable(true, { bufnr = 0 })
press("Run", plan.call)
wait("the answer", function()
  return vim.tbl_contains(hints(), plan.answer)
end)
local call_buffer = vim.api.nvim_get_current_buf()

-- A source that is broken: the build says where.
local function break_and_mend()
  vim.cmd.edit(vim.fn.fnameescape(plan.source))
  local source_buffer = vim.api.nvim_get_current_buf()
  local whole = vim.api.nvim_buf_get_lines(source_buffer, 0, -1, false)
  local line
  for index, text in ipairs(whole) do
    if text:find(plan.sound, 1, true) then
      line = index
      break
    end
  end
  assert(line, "no such line in the source")
  local start, stop = whole[line]:find(plan.sound, 1, true)
  local broken = whole[line]:sub(1, start - 1) .. plan.broken .. whole[line]:sub(stop + 1)
  vim.api.nvim_buf_set_lines(source_buffer, line - 1, line, false, { broken })
  vim.cmd.write()
  vim.cmd.edit(vim.fn.fnameescape(plan.wit))
  press("Rebuild:")
  wait("the error of the build", function()
    return #vim.diagnostic.get(source_buffer) > 0
  end)
  seen.mistakes = vim.tbl_map(function(found)
    return { line = found.lnum + 1, message = found.message, source = found.source }
  end, vim.diagnostic.get(source_buffer))
  seen.broken_line = line
  said("could not be built")

  -- Mended and built again; all calls are green.
  vim.api.nvim_buf_set_lines(source_buffer, line - 1, line, false, { whole[line] })
  vim.api.nvim_buf_call(source_buffer, vim.cmd.write)
  seen.messages = {}
  press(vim.fn.filereadable(plan.component) == 1 and "Rebuild" or "Build")
  wait("the end of the build", function()
    for _, message in ipairs(seen.messages) do
      if message:find("built ", 1, true) or message:find("up to date", 1, true) then
        return true
      end
    end
    return false
  end)
  wait("the error of the build to go", function()
    return #vim.diagnostic.get(source_buffer) == 0
  end)
end

if plan.breaks then
  break_and_mend()
end
vim.api.nvim_set_current_buf(call_buffer)
vim.api.nvim_set_current_line(plan.call .. " == " .. plan.answer:gsub("^= ", ""))
vim.cmd.write()
press("Run all")
wait("all answers", function()
  return vim.tbl_contains(hints(), "✓")
end)
seen.hints = hints()

-- WIT and component that differ are told.
vim.cmd.edit(vim.fn.fnameescape(plan.wit))
vim.fn.cursor(1, 1)
assert(vim.fn.search("\\V" .. plan.declared) > 0)
vim.api.nvim_buf_set_lines(0, vim.fn.line(".") - 1, vim.fn.line(".") - 1, false, { "  brand-new: func() -> u32;" })
lens("1 difference")
wait("the difference among the diagnostics", function()
  for _, found in ipairs(vim.diagnostic.get(0)) do
    if found.code == "component-differs" then
      seen.difference = found.message
      return true
    end
  end
  return false
end)
vim.cmd.write()
vim.api.nvim_set_current_buf(call_buffer)
wait("the same in the call file", function()
  for _, found in ipairs(vim.diagnostic.get(0)) do
    if found.code == "call-component" then
      seen.told_in_calls = found.message
      return true
    end
  end
  return false
end)

vim.fn.writefile({ vim.json.encode(seen) }, output)
vim.cmd("qall!")
