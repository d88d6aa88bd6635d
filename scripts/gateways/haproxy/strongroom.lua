-- An action that asks Strongroom over its Unix socket and puts the identity into the request.
--
--     http-request lua.strongroom-verify level=integration
--
-- leaves the status in txn.strongroom_status (200, 401, 403; 503 for anything that is no decision)
-- and the challenge of a 401 or 403 in txn.strongroom_challenge.

local socket = "unix@/run/strongroom/gateway.sock"
-- Milliseconds for one try; HAProxy makes up to four: a second in all.
local timeout = 250

local identity = {
    "Organization", "Account", "Integration", "Token", "Level", "Scope", "Connector", "Provider",
    "Expires", "Epoch",
}

-- HAProxy counts the values of a field from zero.
local function values(fields, name)
    local found = {}
    for _, value in pairs(fields[name] or {}) do found[#found + 1] = value end
    return found
end

local function verify(txn, requirement)
    txn:set_var("txn.strongroom_status", 503)
    txn:set_var("txn.strongroom_challenge", "-")
    local headers = { ["x-forwarded-for"] = { txn.f:src() } }
    local presented = values(txn.http:req_get_headers(), "authorization")
    -- All of them: which one counts is not for a gateway to choose.
    if #presented > 0 then headers["authorization"] = presented end

    local answer = core.httpclient():head({
        url = "http://strongroom/v1/verify?" .. requirement,
        dst = socket,
        headers = headers,
        timeout = timeout,
    })
    local status = answer and answer.status or 0
    if status == 401 or status == 403 then
        txn:set_var("txn.strongroom_status", status)
        local challenge = values(answer.headers, "www-authenticate")[1]
        if challenge then txn:set_var("txn.strongroom_challenge", challenge) end
    end
    if status ~= 200 then return end

    for _, name in ipairs(identity) do
        local value = values(answer.headers, "x-strongroom-" .. name:lower())[1]
        if not value then return end
        txn.http:req_set_header("X-Strongroom-" .. name, value)
    end
    txn:set_var("txn.strongroom_status", 200)
end

core.register_action("strongroom-verify", { "http-req" }, verify, 1)
