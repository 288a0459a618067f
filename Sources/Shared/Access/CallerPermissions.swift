import Contracts

/// What the person of a verified token may do. Each permission has its own scope; never test one with another's.
extension CallerClaims {
    /// Where `permission` holds; nil when the caller does not have it.
    public func scope(of permission: Permission) -> Scope? {
        for held in permissions where held.permission == permission.rawValue {
            guard let scope = held.scope, !scope.isEmpty else { return nil }
            return scope
        }
        return nil
    }

    public func has(_ permission: Permission) -> Bool {
        scope(of: permission) != nil
    }

    /// - Throws: `Fault` `.forbidden` unless the caller has at least one of `anyOf`, wherever that is.
    public func require(_ anyOf: Permission...) throws {
        guard anyOf.contains(where: has) else { throw Fault.notPermitted }
    }

    /// The scope of a permission that the request cannot do without.
    ///
    /// - Throws: `Fault` `.forbidden` when the caller does not have it.
    public func requireScope(of permission: Permission) throws -> Scope {
        guard let scope = scope(of: permission) else { throw Fault.notPermitted }
        return scope
    }
}

extension Call {
    /// The person who asks.
    ///
    /// - Throws: `Fault` `.unauthenticated` when a process asks in its own name.
    public func person() throws -> CallerClaims {
        guard let caller else { throw Fault(.unauthenticated, "this question needs a person") }
        return caller
    }
}

extension Fault {
    /// A signed-in person without the permission; says nothing about what exists.
    public static let notPermitted = Fault(.forbidden, "your role does not permit this")
}
