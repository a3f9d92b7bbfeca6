-- For wrk, run by benches/http.sh: saves 100 values at a time. From the environment:
--   ROUND           code of the round
--   AGENCIES        codes of the agencies whose submissions are written in turn, separated by spaces
--   TOKEN           a token that may write all of them
--   BODY_1, BODY_2  the JSON bodies, sent alternately to each agency, so that each save changes the values

local function setting(name)
  return os.getenv(name) or error("the environment lacks " .. name)
end

local bodies = { setting("BODY_1"), setting("BODY_2") }
local paths = {}
for agency in setting("AGENCIES"):gmatch("%S+") do
  paths[#paths + 1] = "/api/v1/rounds/" .. setting("ROUND") .. "/submissions/" .. agency .. "/items"
end

local headers = {
  ["Authorization"] = "Bearer " .. setting("TOKEN"),
  ["Content-Type"] = "application/json",
}

-- A key is used once: not by another thread, nor by another run within the same second.
local random = assert(io.open("/dev/urandom", "rb"))
local prefix = random:read(8):gsub(".", function(byte) return string.format("%02x", byte:byte()) end)
random:close()
local sent = 0

function request()
  local path = paths[sent % #paths + 1]
  local body = bodies[math.floor(sent / #paths) % 2 + 1]
  sent = sent + 1
  headers["Idempotency-Key"] = prefix .. "-" .. sent
  return wrk.format("PUT", path, headers, body)
end
