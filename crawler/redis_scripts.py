"""What the shared frontier does in one step each, as scripts that Redis runs: nothing comes between their reading and writing.

Keys begin with a prefix (ARGV[1]). One Redis holds them all; a Redis Cluster is not supported.

  places            every site and its position in the order of adding       seeds      site → its seeds, as JSON
  done              site → note of those that are done                       owner      site → the worker that has it
  tasks:SITE        number → task, as JSON                                   log        "+site" done, "-site" begun anew
  workers           worker → when it was heard of last, by Redis's clock     worker:ID  host and process
  leased:ID         sites of a worker                                        asking:ID  sites that it has a request to under way
  slot:SITE         busy or resting, with an expiry
  robots:ORIGIN     what its robots.txt allows, for a day                    origins:SITE, passes, position
"""

from __future__ import annotations

_NOW = "local time = redis.call('TIME') local now = time[1] + time[2] / 1000000\n"

_FORGET = """
local function forget(p, worker)
  for _, site in ipairs(redis.call('SMEMBERS', p .. 'leased:' .. worker)) do
    redis.call('HDEL', p .. 'owner', site)
  end
  for _, site in ipairs(redis.call('SMEMBERS', p .. 'asking:' .. worker)) do
    local slot = p .. 'slot:' .. site
    local holder, rest = string.match(redis.call('GET', slot) or '', '^busy (%S+) (%d+)$')
    if holder == worker then redis.call('SET', slot, 'resting', 'PX', math.max(1, rest)) end
  end
  redis.call('DEL', p .. 'leased:' .. worker, p .. 'asking:' .. worker, p .. 'worker:' .. worker)
  redis.call('ZREM', p .. 'workers', worker)
end
"""

# prefix, worker, host, process → length of the log. What nobody reads any more is thrown away.
REGISTER = (
    _NOW
    + """
local p, worker = ARGV[1], ARGV[2]
if redis.call('ZCARD', p .. 'workers') == 0 then redis.call('DEL', p .. 'log') end
redis.call('ZADD', p .. 'workers', now, worker)
redis.call('HSET', p .. 'worker:' .. worker, 'host', ARGV[3], 'process', ARGV[4])
return redis.call('LLEN', p .. 'log')
"""
)

# prefix, worker, host, process → whether it had been forgotten: it was not heard of for so long that others took its sites.
RENEW = (
    _NOW
    + """
local p, worker = ARGV[1], ARGV[2]
redis.call('HSET', p .. 'worker:' .. worker, 'host', ARGV[3], 'process', ARGV[4])
return redis.call('ZADD', p .. 'workers', now, worker)
"""
)

# prefix → worker, host, process, seconds since it was heard of, for each.
WORKERS = (
    _NOW
    + """
local p, found = ARGV[1], {}
local rows = redis.call('ZRANGE', p .. 'workers', 0, -1, 'WITHSCORES')
for i = 1, #rows, 2 do
  local about = redis.call('HMGET', p .. 'worker:' .. rows[i], 'host', 'process')
  table.insert(found, {rows[i], about[1] or '', about[2] or '0', tostring(now - rows[i + 1])})
end
return found
"""
)

FORGET = _FORGET + "for i = 2, #ARGV do forget(ARGV[1], ARGV[i]) end"

# prefix, then site and seeds for each → 0 new, 1 unfinished, 2 done; and its position, for each.
ADD = """
local p, found = ARGV[1], {}
for i = 2, #ARGV, 2 do
  local site, state = ARGV[i], 1
  local place = redis.call('ZSCORE', p .. 'places', site)
  if not place then
    place, state = redis.call('INCR', p .. 'position'), 0
    redis.call('ZADD', p .. 'places', place, site)
    redis.call('HSET', p .. 'seeds', site, ARGV[i + 1])
  elseif redis.call('HEXISTS', p .. 'done', site) == 1 then
    state = 2
  elseif redis.call('EXISTS', p .. 'tasks:' .. site) == 0 then
    redis.call('HSET', p .. 'seeds', site, ARGV[i + 1])
  end
  table.insert(found, state)
  table.insert(found, tonumber(place))
end
return found
"""

# prefix, then sites: those that are done are as if they were never looked at.
AGAIN = """
local p = ARGV[1]
for i = 2, #ARGV do
  local site = ARGV[i]
  if redis.call('HDEL', p .. 'done', site) == 1 then
    for _, origin in ipairs(redis.call('SMEMBERS', p .. 'origins:' .. site)) do redis.call('DEL', p .. 'robots:' .. origin) end
    redis.call('DEL', p .. 'tasks:' .. site, p .. 'origins:' .. site)
    redis.call('RPUSH', p .. 'log', '-' .. site)
  end
end
"""

# prefix, worker, then sites → for each its seeds when it is the worker's now, "" when another has it, "done" when it is done.
LEASE = """
local p, worker, found = ARGV[1], ARGV[2], {}
for i = 3, #ARGV do
  local site, answer = ARGV[i], ''
  if redis.call('HEXISTS', p .. 'done', site) == 1 then
    answer = 'done'
  elseif redis.call('HSETNX', p .. 'owner', site, worker) == 1 or redis.call('HGET', p .. 'owner', site) == worker then
    redis.call('SADD', p .. 'leased:' .. worker, site)
    answer = redis.call('HGET', p .. 'seeds', site)
  end
  table.insert(found, answer)
end
return found
"""

# prefix, worker, seconds for which a robots.txt is kept, change as JSON. A site that another worker took over is not touched.
SHARE = (
    _NOW
    + """
local p, worker, change = ARGV[1], ARGV[2], cjson.decode(ARGV[4])
local function ours(site)
  local owner = redis.call('HGET', p .. 'owner', site)
  return not owner or owner == worker
end
for _, row in ipairs(change.tasks) do
  if ours(row[1]) and redis.call('HEXISTS', p .. 'done', row[1]) == 0 then
    redis.call('HSET', p .. 'tasks:' .. row[1], row[2], row[3])
  end
end
for _, row in ipairs(change.rules) do
  redis.call('SET', p .. 'robots:' .. row[1], row[3], 'EX', ARGV[3])
  redis.call('SADD', p .. 'origins:' .. row[2], row[1])
end
for _, row in ipairs(change.finished) do
  if ours(row[1]) then
    redis.call('HSET', p .. 'done', row[1], row[2])
    redis.call('HDEL', p .. 'owner', row[1])
    redis.call('SREM', p .. 'leased:' .. worker, row[1])
    redis.call('DEL', p .. 'tasks:' .. row[1])
    redis.call('RPUSH', p .. 'log', '+' .. row[1])
  end
end
redis.call('ZADD', p .. 'workers', now, worker)
"""
)

# prefix, worker, then sites.
RELEASE = """
local p, worker = ARGV[1], ARGV[2]
for i = 3, #ARGV do
  if redis.call('HGET', p .. 'owner', ARGV[i]) == worker then
    redis.call('HDEL', p .. 'owner', ARGV[i])
    redis.call('SREM', p .. 'leased:' .. worker, ARGV[i])
  end
end
"""

# prefix, worker, site, longest ms of a request, ms of rest after it → {0 it may be asked, 1 it rests, 2 it is busy; ms left}.
CLAIM = """
local slot, worker = ARGV[1] .. 'slot:' .. ARGV[3], ARGV[2]
local value = redis.call('GET', slot)
local busy = 'busy ' .. worker .. ' '
if not value or string.sub(value, 1, #busy) == busy then
  redis.call('SET', slot, busy .. ARGV[5], 'PX', ARGV[4])
  redis.call('SADD', ARGV[1] .. 'asking:' .. worker, ARGV[3])
  return {0, 0}
end
return {value == 'resting' and 1 or 2, redis.call('PTTL', slot)}
"""

# prefix, worker, site, ms of rest.
FREE = """
local slot, busy = ARGV[1] .. 'slot:' .. ARGV[3], 'busy ' .. ARGV[2] .. ' '
redis.call('SREM', ARGV[1] .. 'asking:' .. ARGV[2], ARGV[3])
if string.sub(redis.call('GET', slot) or '', 1, #busy) ~= busy then return end
if tonumber(ARGV[4]) > 0 then redis.call('SET', slot, 'resting', 'PX', ARGV[4]) else redis.call('DEL', slot) end
"""
