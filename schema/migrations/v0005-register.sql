-- Which version of each row that decides is the last one, so that an older one that was put back is
-- not believed; schema/storage.md has what is in a bucket and how the root follows from all of them.

CREATE TABLE register_bucket (
    number    INTEGER PRIMARY KEY,
    entries   BLOB NOT NULL,
    mac_epoch INTEGER NOT NULL,
    mac       BLOB NOT NULL
) STRICT;

CREATE TABLE register_root (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL,
    row_count  INTEGER NOT NULL,
    root       BLOB NOT NULL,
    mac_epoch  INTEGER NOT NULL,
    mac        BLOB NOT NULL
) STRICT;
