-- The vault's state and the hot end of its audit log.
--
-- An identifier is a BLOB of 16 bytes. Times are microseconds since 1970-01-01T00:00:00Z.
-- Every row but those of `migration` ends in a MAC over all columns before it, in this order;
-- schema/storage.md has the encoding. Nothing here is believed before its MAC was checked.

CREATE TABLE migration (
    number INTEGER PRIMARY KEY,
    name   TEXT NOT NULL,
    sha256 BLOB NOT NULL
) STRICT;

CREATE TABLE standing (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    vault      BLOB NOT NULL,
    generation INTEGER NOT NULL,
    epoch      INTEGER NOT NULL,
    mac_epoch  INTEGER NOT NULL,
    mac        BLOB NOT NULL
) STRICT;

CREATE TABLE census (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    organizations INTEGER NOT NULL,
    accounts      INTEGER NOT NULL,
    integrations  INTEGER NOT NULL,
    credentials   INTEGER NOT NULL,
    tokens        INTEGER NOT NULL,
    mac_epoch     INTEGER NOT NULL,
    mac           BLOB NOT NULL
) STRICT;

CREATE TABLE organization (
    id            BLOB NOT NULL PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    fullname      TEXT NOT NULL,
    contact       TEXT,
    state         INTEGER NOT NULL,
    default_token BLOB NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    revision      INTEGER NOT NULL,
    mac_epoch     INTEGER NOT NULL,
    mac           BLOB NOT NULL
) STRICT;

CREATE TABLE account (
    organization BLOB NOT NULL,
    id           BLOB NOT NULL,
    name         TEXT NOT NULL,
    fullname     TEXT NOT NULL,
    environment  INTEGER NOT NULL,
    labels       BLOB NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    revision     INTEGER NOT NULL,
    mac_epoch    INTEGER NOT NULL,
    mac          BLOB NOT NULL,
    PRIMARY KEY (organization, id),
    UNIQUE (organization, name)
) STRICT;

CREATE TABLE integration (
    organization      BLOB NOT NULL,
    account           BLOB NOT NULL,
    id                BLOB NOT NULL,
    name              TEXT NOT NULL,
    fullname          TEXT NOT NULL,
    provider          TEXT NOT NULL,
    integration_point BLOB,
    provider_config   BLOB NOT NULL,
    credential        BLOB,
    state             INTEGER NOT NULL,
    default_token     BLOB NOT NULL,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    revision          INTEGER NOT NULL,
    mac_epoch         INTEGER NOT NULL,
    mac               BLOB NOT NULL,
    PRIMARY KEY (organization, account, id),
    UNIQUE (organization, account, name)
) STRICT;

CREATE INDEX integration_of_organization ON integration (organization, id);

CREATE TABLE credential (
    organization BLOB NOT NULL,
    account      BLOB,
    owner_kind   INTEGER NOT NULL,
    owner        BLOB NOT NULL,
    id           BLOB NOT NULL,
    name         TEXT NOT NULL,
    fullname     TEXT NOT NULL,
    type         INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    expires      INTEGER,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    revision     INTEGER NOT NULL,
    key_version  INTEGER NOT NULL,
    epoch        INTEGER NOT NULL,
    sealed       BLOB NOT NULL,
    mac_epoch    INTEGER NOT NULL,
    mac          BLOB NOT NULL,
    PRIMARY KEY (organization, id),
    UNIQUE (organization, owner_kind, owner, name)
) STRICT;

CREATE INDEX credential_of_owner ON credential (organization, owner_kind, owner, id);
CREATE INDEX credential_of_account ON credential (organization, account)
    WHERE account IS NOT NULL;

CREATE TABLE token (
    id                   BLOB NOT NULL,
    selector             BLOB NOT NULL UNIQUE,
    organization         BLOB NOT NULL,
    account              BLOB,
    integration          BLOB,
    level                INTEGER NOT NULL,
    origin               INTEGER NOT NULL,
    parent               BLOB,
    parent_lineage       INTEGER NOT NULL,
    member               BLOB,
    name                 TEXT NOT NULL,
    fullname             TEXT NOT NULL,
    permission_set       INTEGER NOT NULL,
    resources            BLOB,
    time_to_live         INTEGER NOT NULL,
    ends_at              INTEGER,
    created_at           INTEGER NOT NULL,
    updated_at           INTEGER NOT NULL,
    revision             INTEGER NOT NULL,
    lineage              INTEGER NOT NULL,
    revoked_at           INTEGER,
    primary_number       INTEGER NOT NULL,
    primary_epoch        INTEGER NOT NULL,
    primary_access       BLOB NOT NULL,
    primary_refresh      BLOB NOT NULL,
    primary_created_at   INTEGER NOT NULL,
    primary_expires      INTEGER NOT NULL,
    secondary_number     INTEGER,
    secondary_epoch      INTEGER,
    secondary_access     BLOB,
    secondary_refresh    BLOB,
    secondary_created_at INTEGER,
    secondary_expires    INTEGER,
    mac_epoch            INTEGER NOT NULL,
    mac                  BLOB NOT NULL,
    UNIQUE (organization, id)
) STRICT;

CREATE INDEX token_of_account ON token (organization, account, id) WHERE account IS NOT NULL;
CREATE INDEX token_of_parent ON token (organization, parent) WHERE parent IS NOT NULL;

-- `account` is 16 zero bytes for the organization's own pairs.
CREATE TABLE key_pair (
    organization        BLOB NOT NULL,
    account             BLOB NOT NULL,
    version             INTEGER NOT NULL,
    id                  BLOB NOT NULL,
    epoch               INTEGER NOT NULL,
    public_key          BLOB NOT NULL,
    wrapped_private_key BLOB NOT NULL,
    created_at          INTEGER NOT NULL,
    mac_epoch           INTEGER NOT NULL,
    mac                 BLOB NOT NULL,
    PRIMARY KEY (organization, account, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE object_use (
    organization BLOB NOT NULL,
    object       BLOB NOT NULL,
    generation   INTEGER NOT NULL,
    count        INTEGER NOT NULL,
    last_used_at INTEGER,
    mac_epoch    INTEGER NOT NULL,
    mac          BLOB NOT NULL,
    PRIMARY KEY (organization, object, generation)
) STRICT, WITHOUT ROWID;

CREATE TABLE remembered (
    key            BLOB NOT NULL PRIMARY KEY,
    request        BLOB NOT NULL,
    organization   BLOB NOT NULL,
    token          BLOB NOT NULL,
    object         BLOB NOT NULL,
    generation     INTEGER NOT NULL,
    sealed_secrets BLOB NOT NULL,
    created_at     INTEGER NOT NULL,
    expires        INTEGER NOT NULL,
    mac_epoch      INTEGER NOT NULL,
    mac            BLOB NOT NULL
) STRICT;

CREATE INDEX remembered_of_token ON remembered (organization, token);
CREATE INDEX remembered_by_end ON remembered (expires);

CREATE TABLE audit_batch (
    first      INTEGER PRIMARY KEY,
    last       INTEGER NOT NULL,
    first_time INTEGER NOT NULL,
    last_time  INTEGER NOT NULL,
    root       BLOB NOT NULL,
    records    BLOB NOT NULL,
    mac_epoch  INTEGER NOT NULL,
    mac        BLOB NOT NULL
) STRICT;

CREATE TABLE audit_head (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    head      BLOB NOT NULL,
    mac_epoch INTEGER NOT NULL,
    mac       BLOB NOT NULL
) STRICT;
