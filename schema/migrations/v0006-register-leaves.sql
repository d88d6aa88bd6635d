-- The leaves of the register's tree apart from the buckets: the start reads the same two megabytes
-- however many rows the buckets hold.

CREATE INDEX register_leaf ON register_bucket (number, mac);
