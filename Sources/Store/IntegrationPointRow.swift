import Crypto
package import Vault

extension IntegrationPoint: StoredRow {
    static let shape = RowShape(
        table: "integration_point", label: "strongroom/row/integration_point/v1",
        columns: [
            "organization", "id", "name", "fullname", "connector", "environments", "created_at",
            "updated_at", "revision",
        ],
        key: ["organization", "id"])

    func write(to row: inout RowWriter) {
        row.put(organization)
        row.put(id)
        row.put(name)
        row.put(fullname)
        row.put(connector)
        row.put(ProviderRulesCode.encoded(environments))
        row.put(createdAt)
        row.put(updatedAt)
        row.put(revision)
    }

    static func read(from row: inout RowReader) throws(StoreError) -> IntegrationPoint {
        IntegrationPoint(
            organization: try row.take(), id: try row.take(), name: try row.take(),
            fullname: try row.take(), connector: try row.take(), environments: try rules(&row),
            createdAt: try row.take(), updatedAt: try row.take(), revision: try row.take())
    }

    private static func rules(_ row: inout RowReader) throws(StoreError) -> ProviderRules {
        guard let rules = ProviderRulesCode.decoded(try row.take()) else { throw row.fault }
        return rules
    }
}

/// A point's rules as one value: for prod, then test, a byte that says whether there is a rule, and
/// if so its allow list and its deny list.
package enum ProviderRulesCode {
    package static func encoded(_ rules: ProviderRules) -> [UInt8] {
        var bytes: [UInt8] = []
        for environment in Account.Environment.allCases {
            guard let rule = rules[environment] else {
                bytes.append(0)
                continue
            }
            bytes.append(1)
            TextList.append(rule.allow.texts, to: &bytes)
            TextList.append(rule.deny.texts, to: &bytes)
        }
        return bytes
    }

    /// Nil for anything that `encoded` does not make.
    package static func decoded(_ bytes: [UInt8]) -> ProviderRules? {
        var reader = ByteReader(bytes)
        var rules = ProviderRules()
        for environment in Account.Environment.allCases {
            switch reader.byte() {
            case 0: break
            case 1:
                guard let allow = TextList.read(&reader).flatMap(ProviderList.init),
                    let deny = TextList.read(&reader).flatMap(ProviderList.init)
                else { return nil }
                rules[environment] = ProviderRule(allow: allow, deny: deny)
            default: return nil
            }
        }
        return reader.position == bytes.count ? rules : nil
    }
}
