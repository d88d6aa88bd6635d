import Vault

/// The rows by which something is decided, each under its identifier.
extension Organization { var registeredName: RowName? { RowName(.organization, id.value) } }
extension Member { var registeredName: RowName? { RowName(.member, id.value) } }
extension Role { var registeredName: RowName? { RowName(.role, id.value) } }
extension Account { var registeredName: RowName? { RowName(.account, id.value) } }
extension IntegrationPoint {
    var registeredName: RowName? { RowName(.integrationPoint, id.value) }
}
extension Integration { var registeredName: RowName? { RowName(.integration, id.value) } }
extension Credential { var registeredName: RowName? { RowName(.credential, id.value) } }
extension Token { var registeredName: RowName? { RowName(.token, id.value) } }
extension KeyPairRecord { var registeredName: RowName? { RowName(.keyPair, id) } }
