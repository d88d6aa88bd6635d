/// What one role gives: permissions, and where they hold.
package struct Allowance: Hashable, Sendable {
    package let permissions: PermissionMask
    package let resources: Resources?
    /// Whether they hold for the asker's own profile and own tokens only.
    package let isOwnOnly: Bool

    package init(_ set: PermissionSet, _ resources: Resources? = nil) {
        permissions = set.mask
        self.resources = resources
        isOwnOnly = set == .member
    }

    func gives(_ permission: Permission?) -> Bool {
        guard let permission else { return true }
        return permissions.contains(permission)
    }

    /// Whether it gives nothing that `other` does not give; false where that cannot be told from
    /// the two alone.
    func isWithin(_ other: Allowance) -> Bool {
        guard other.permissions.contains(permissions), !other.isOwnOnly || isOwnOnly else {
            return false
        }
        return other.admitsAll(of: self)
    }

    fileprivate func admitsAll(of other: Allowance) -> Bool {
        guard let resources else { return true }
        return other.resources?.isWithin(resources) ?? false
    }
}

extension Principal {
    /// Whether the asker itself has all that `allowance` would give: else lending it would be a
    /// way to more than the asker was given.
    func covers(_ allowance: Allowance) -> Bool {
        guard level == .organization, permissions.contains(allowance.permissions),
            narrowings.allSatisfy({ allowance.resources?.isWithin($0) ?? false })
        else { return false }
        return alternatives.allSatisfy { alternative in
            allowance.permissions.permissions.allSatisfy { permission in
                alternative.contains { own in
                    own.gives(permission) && own.admitsAll(of: allowance)
                        && (!own.isOwnOnly || allowance.isOwnOnly)
                }
            }
        }
    }

    /// Whether each of `mask` is given where `admits` says that it is wanted.
    package func covers(_ mask: PermissionMask, where admits: (Resources) -> Bool) -> Bool {
        guard permissions.contains(mask), narrowings.allSatisfy(admits) else { return false }
        return alternatives.allSatisfy { alternative in
            mask.permissions.allSatisfy { permission in
                alternative.contains { own in
                    own.gives(permission) && !own.isOwnOnly
                        && (own.resources.map(admits) ?? true)
                }
            }
        }
    }
}

extension Resources {
    /// Whether everything that these admit is admitted by `wider`, by their form alone.
    func isWithin(_ wider: Resources) -> Bool {
        let (own, other) = (accounts, wider.accounts)
        let (ownIntegrations, others) = (integrations, wider.integrations)
        return Self.isWithin(own?.ids, other?.ids)
            && Self.isWithin(own?.labels, other?.labels)
            && Self.isWithin(own?.environments, other?.environments)
            && Self.isWithin(ownIntegrations?.ids, others?.ids)
            && Self.isWithin(ownIntegrations?.connectors, others?.connectors)
            && (wider.connect == nil || wider.connect == connect)
    }

    /// A list that is absent says nothing; one that is there must be at most as long.
    private static func isWithin<Element: Hashable>(_ own: [Element]?, _ wider: [Element]?) -> Bool
    {
        guard let wider else { return true }
        guard let own else { return false }
        return Set(own).isSubset(of: wider)
    }
}
