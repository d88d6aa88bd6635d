-- The deletion of an integration finds its tokens without looking at all of its account's.

CREATE INDEX token_of_integration ON token (organization, integration)
    WHERE integration IS NOT NULL;
