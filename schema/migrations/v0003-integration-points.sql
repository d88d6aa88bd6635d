-- Integration points, and the ways from what an integration refers to back to the integration.

CREATE TABLE integration_point (
    organization BLOB NOT NULL,
    id           BLOB NOT NULL,
    name         TEXT NOT NULL,
    fullname     TEXT NOT NULL,
    connector    TEXT NOT NULL,
    environments BLOB NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    revision     INTEGER NOT NULL,
    mac_epoch    INTEGER NOT NULL,
    mac          BLOB NOT NULL,
    PRIMARY KEY (organization, id),
    UNIQUE (organization, name)
) STRICT;

CREATE INDEX integration_of_point ON integration (organization, integration_point, id)
    WHERE integration_point IS NOT NULL;
CREATE INDEX integration_of_credential ON integration (organization, credential, id)
    WHERE credential IS NOT NULL;
