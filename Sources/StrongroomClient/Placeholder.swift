// StrongroomClient
