/// One step of the database's making; once released, its text never changes.
package struct Migration: Sendable {
    /// Counts from 1 without gaps.
    package let number: Int
    package let name: String
    package let sql: [UInt8]

    package init(number: Int, name: String, sql: [UInt8]) {
        self.number = number
        self.name = name
        self.sql = sql
    }

    /// Those that this program knows, in order.
    package static let shipped = [
        Migration(
            number: 1, name: "foundation", sql: PackageResources.v0001_foundation_sql),
        Migration(number: 2, name: "members", sql: PackageResources.v0002_members_sql),
        Migration(
            number: 3, name: "integration-points",
            sql: PackageResources.v0003_integration_points_sql),
        Migration(number: 4, name: "tokens", sql: PackageResources.v0004_tokens_sql),
        Migration(number: 5, name: "register", sql: PackageResources.v0005_register_sql),
        Migration(
            number: 6, name: "register-leaves",
            sql: PackageResources.v0006_register_leaves_sql),
        Migration(
            number: 7, name: "integration-tokens",
            sql: PackageResources.v0007_integration_tokens_sql),
        Migration(
            number: 8, name: "token-names", sql: PackageResources.v0008_token_names_sql),
    ]
}

/// The catalogue of providers as it is shipped: JSON, documented in `schema/README.md`.
package enum ProviderFile {
    package static var bytes: [UInt8] { PackageResources.providers_json }
}
