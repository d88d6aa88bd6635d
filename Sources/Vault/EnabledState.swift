/// Whether an organization, an integration or a member may do anything at present.
package enum EnabledState: UInt8, CaseIterable, Sendable {
    case enabled = 1
    case disabled

    package var text: String {
        switch self {
        case .enabled: "enabled"
        case .disabled: "disabled"
        }
    }

    package init?(_ text: String) {
        guard let match = Self.allCases.first(where: { $0.text == text }) else { return nil }
        self = match
    }
}
