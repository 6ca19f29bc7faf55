-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- For dnsmasq's dhcp-luascript; see pxeboot-dnsmasq-hook(8).  An error that leaves one of these functions would end dnsmasq's
-- helper and lose all later events, and one while this file is read would keep dnsmasq from starting.

-- The module stands beside this file.
local function load_module()
	local folder = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
	local open = assert(package.loadlib(folder .. "pxeboot_dnsmasq.so", "luaopen_pxeboot_dnsmasq"))
	return assert(open())
end

local loaded, module = pcall(load_module)

if not loaded then
	pcall(function()
		local log = io.popen("logger -t pxeboot-dnsmasq -p daemon.err", "w")
		log:write("no event is recorded: ", tostring(module), "\n")
		log:close()
	end)
end

local function call(name, ...)
	if loaded then
		pcall(module[name], ...)
	end
end

function init()
	call("init")
end

function shutdown()
	call("shutdown")
end

function lease(action, data)
	call("lease", action, data)
end

function tftp(action, data)
	call("tftp", action, data)
end
