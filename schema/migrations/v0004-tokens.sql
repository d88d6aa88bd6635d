-- What is asked of tokens: whose they are, what was minted with them, which are long dead, and how
-- much they were used lately.

DROP INDEX token_of_parent;
CREATE INDEX token_of_parent ON token (organization, parent, id) WHERE parent IS NOT NULL;
CREATE INDEX token_of_member ON token (organization, member, id) WHERE member IS NOT NULL;

-- Origin 1 is a default token, which goes with its owner.
CREATE INDEX token_by_end ON token (coalesce(revoked_at, primary_expires), id) WHERE origin > 1;

CREATE TABLE use_history (
    organization BLOB NOT NULL,
    token        BLOB NOT NULL,
    carried      INTEGER NOT NULL,
    marks        BLOB NOT NULL,
    mac_epoch    INTEGER NOT NULL,
    mac          BLOB NOT NULL,
    PRIMARY KEY (organization, token)
) STRICT, WITHOUT ROWID;
