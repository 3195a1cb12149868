import { createHash } from 'node:crypto';

export interface Script {
  lua: string;
  sha: string;
}

const script = (lua: string): Script => ({ lua, sha: createHash('sha1').update(lua).digest('hex') });

/** How long a tag's version is kept after its last use, seconds. Losing one costs a miss, no more. */
const tagSeconds = 7 * 86_400;

/**
 * Gives each tag a version if it has none. KEYS: tags. ARGV: a new unique version. Answers their versions.
 */
export const ensureVersions = script(`
local found = {}
for i, tag in ipairs(KEYS) do
  local version = redis.call('GET', tag)
  if not version then
    version = ARGV[1]
    redis.call('SET', tag, version, 'EX', ${tagSeconds})
  end
  found[i] = version
end
return found`);

/**
 * Stores values whose tags still have the versions that were read before loading began. KEYS: for each value
 * its key and then its tags. ARGV: a new unique version, then for each value: number of tags, TTL in ms, the
 * packed value, and the version of each tag ('' adopts whatever it is now). Answers 1 or 0 for each value.
 */
export const storeValues = script(`
local stored = {}
local k, a = 1, 2
while k <= #KEYS do
  local count = tonumber(ARGV[a])
  local versions, same = {}, 1
  for i = 1, count do
    local now = redis.call('GET', KEYS[k + i])
    local wanted = ARGV[a + 2 + i]
    if wanted == '' then
      if not now then
        now = ARGV[1]
        redis.call('SET', KEYS[k + i], now, 'EX', ${tagSeconds})
      end
    elseif now ~= wanted then
      same = 0
    end
    versions[i] = now
  end
  if same == 1 then
    redis.call('SET', KEYS[k], string.char(count) .. table.concat(versions) .. ARGV[a + 2], 'PX', ARGV[a + 1])
    for i = 1, count do redis.call('EXPIRE', KEYS[k + i], ${tagSeconds}) end
  end
  stored[#stored + 1] = same
  k = k + 1 + count
  a = a + 3 + count
end
return stored`);

/**
 * Forgets the versions of tags and tells every process. KEYS: the set of members, then tags. ARGV: channel,
 * message, prefix of the members' keys. Answers whether the set can be trusted, then the members that are
 * alive, then '', then those whose key is gone.
 */
export const invalidateTags = script(`
for i = 2, #KEYS do redis.call('DEL', KEYS[i]) end
local alive, gone = {}, {}
local whole = redis.call('SISMEMBER', KEYS[1], '-')
for _, member in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  if member ~= '-' then
    if redis.call('EXISTS', ARGV[3] .. member) == 1 then
      alive[#alive + 1] = member
    else
      gone[#gone + 1] = member
      redis.call('SREM', KEYS[1], member)
    end
  end
end
redis.call('PUBLISH', ARGV[1], ARGV[2])
local answer = { tostring(whole) }
for _, member in ipairs(alive) do answer[#answer + 1] = member end
answer[#answer + 1] = ''
for _, member in ipairs(gone) do answer[#answer + 1] = member end
return answer`);

/**
 * Enters a process. KEYS: the set of members, the member's key. ARGV: member, lease in ms. Answers 1 when the
 * set has its mark. The mark '-' says that the set is whole: Redis may evict the set, and a set made anew may
 * lack members that still have a lease. It is set only a lease later, when each has entered again or expired.
 */
export const enterMember = script(`
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('SET', KEYS[2], '1', 'PX', ARGV[2])
return redis.call('SISMEMBER', KEYS[1], '-')`);

/** Renews a lease. KEYS and ARGV as to enter. Answers 0 when it must enter again. Works when memory is full. */
export const renewMember = script(`
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 0 then return 0 end
return redis.call('PEXPIRE', KEYS[2], ARGV[2])`);

/** Marks the set as whole. KEYS: the set of members. ARGV: a member that has been in it for a lease. */
export const markWhole = script(`
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 0 then return 0 end
return redis.call('SADD', KEYS[1], '-')`);

/** Ends the leases of processes. KEYS: the set of members, their keys. ARGV: members. Answers the longest left, ms. */
export const expelMembers = script(`
local longest = 0
for i, member in ipairs(ARGV) do
  local left = redis.call('PTTL', KEYS[i + 1])
  if left > longest then longest = left end
  redis.call('DEL', KEYS[i + 1])
  redis.call('SREM', KEYS[1], member)
end
return longest`);
