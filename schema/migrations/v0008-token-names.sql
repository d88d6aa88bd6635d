-- A token that was given a name is found by it among those of its owner, and no other that lives
-- there takes it. Without a name a token has its identifier for one, and no place in this index.

CREATE INDEX token_of_name ON token (organization, name, account, integration, ends_at)
    WHERE revoked_at IS NULL AND (length(name) <> 26 OR substr(name, 1, 4) <> 'tok_');
