-- The least that does the work, to compare with: no queue, no greeting, no reconnecting.
-- relay.lua UDP-PORT TLS-PORT CERTIFICATE KEY CA
local socket, ssl = require "socket", require "ssl"
local port, tls, certificate, key, cafile = table.unpack(arg)

local udp = assert(socket.udp())
assert(udp:setsockname("127.0.0.1", tonumber(port)))
local server = assert(socket.bind("127.0.0.1", tonumber(tls)))
local context = assert(ssl.newcontext {
    mode = "server", protocol = "tlsv1_3", verify = {"peer", "fail_if_no_peer_cert"},
    certificate = certificate, key = key, cafile = cafile,
})

local agents = {}
while true do
    for _, ready in ipairs(socket.select({udp, server})) do
        if ready == udp then
            local message = udp:receive()
            for agent in pairs(agents) do
                if not agent:send(message .. "\n") then agents[agent] = nil end
            end
        else
            local agent = server:accept()
            agent:setoption("tcp-nodelay", true)
            agent = assert(ssl.wrap(agent, context))
            if agent:dohandshake() then agents[agent] = true end
        end
    end
end
