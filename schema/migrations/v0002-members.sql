-- Members of organizations, and the roles that say what their tokens may do.

CREATE TABLE member (
    organization  BLOB NOT NULL,
    id            BLOB NOT NULL,
    name          TEXT NOT NULL,
    fullname      TEXT NOT NULL,
    kind          INTEGER NOT NULL,
    state         INTEGER NOT NULL,
    roles         BLOB NOT NULL,
    time_to_live  INTEGER NOT NULL,
    secret        BLOB,
    secret_set_at INTEGER,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    revision      INTEGER NOT NULL,
    mac_epoch     INTEGER NOT NULL,
    mac           BLOB NOT NULL,
    PRIMARY KEY (organization, id),
    UNIQUE (organization, name)
) STRICT;

-- Without the built-in roles, which are the program's word.
CREATE TABLE role (
    organization   BLOB NOT NULL,
    id             BLOB NOT NULL,
    name           TEXT NOT NULL,
    fullname       TEXT NOT NULL,
    permission_set INTEGER NOT NULL,
    resources      BLOB,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    revision       INTEGER NOT NULL,
    mac_epoch      INTEGER NOT NULL,
    mac            BLOB NOT NULL,
    PRIMARY KEY (organization, id),
    UNIQUE (organization, name)
) STRICT;
