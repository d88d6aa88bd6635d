package import Vault

extension Vault {
    /// Puts every use that is only in memory into the open batch.
    package func flushUses() throws(Refusal) {
        beginFlushingUses()
        try flushUses(atMost: .max)
    }
}
