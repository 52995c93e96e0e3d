-- The other end of relay.lua.
-- agent.lua TLS-PORT UDP-PORT CERTIFICATE KEY CA
local socket, ssl = require "socket", require "ssl"
local tls, port, certificate, key, cafile = table.unpack(arg)

local udp = assert(socket.udp())
assert(udp:setpeername("127.0.0.1", tonumber(port)))
local relay = assert(ssl.wrap(assert(socket.connect("127.0.0.1", tonumber(tls))), {
    mode = "client", protocol = "tlsv1_3", verify = "peer",
    certificate = certificate, key = key, cafile = cafile,
}))
assert(relay:dohandshake())
print("connected")
io.stdout:flush()

while true do
    udp:send(assert(relay:receive("*l")))
end
