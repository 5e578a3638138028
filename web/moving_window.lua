-- Counts one question under every key, or under none where one of them is full: one round trip, exact for all
-- replicas, by the server's own clock. KEYS are sorted sets of instants in milliseconds. ARGV: a name for this
-- question, the window in milliseconds, then how many each key may hold. Returns 1 or 0 for counted or not, then
-- for each key how many it holds and the milliseconds until its oldest leaves.
local clock = redis.call("TIME")
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
local window = tonumber(ARGV[2])
local counted = 1
for i, key in ipairs(KEYS) do
  redis.call("ZREMRANGEBYSCORE", key, "-inf", now - window)
  if redis.call("ZCARD", key) >= tonumber(ARGV[i + 2]) then counted = 0 end
end
local told = { counted }
for _, key in ipairs(KEYS) do
  if counted == 1 then
    redis.call("ZADD", key, now, ARGV[1])
    redis.call("PEXPIRE", key, window)
  end
  local oldest = redis.call("ZRANGE", key, 0, 0, "WITHSCORES")
  told[#told + 1] = redis.call("ZCARD", key)
  told[#told + 1] = oldest[2] and (tonumber(oldest[2]) + window - now) or window
end
return told
