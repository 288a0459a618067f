import Access
import Postgres

/// The role tables as a book.
enum RoleTables {
    /// Permissions and levels that this program does not know are left out: they open nothing.
    static func read(_ session: borrowing Session) throws -> RoleBook {
        let functions = try session.rows(
            """
            SELECT f.name, f.aliases, f.web_logon, f.import_logon,
                   ARRAY(SELECT p.permission FROM identity.function_permission p WHERE p.function = f.name ORDER BY 1),
                   ARRAY(SELECT l.level FROM identity.function_level l WHERE l.function = f.name ORDER BY 1)
              FROM identity.function f
             ORDER BY f.name
            """, as: (String, [String], Bool, Bool, [String], [String]).self)
        let roles = try session.rows(
            """
            SELECT r.name, r.display_name, r.program,
                   ARRAY(SELECT f.function FROM identity.role_function f WHERE f.role = r.name ORDER BY 1),
                   ARRAY(SELECT l.level FROM identity.role_level l WHERE l.role = r.name ORDER BY 1)
              FROM identity.role r
             ORDER BY r.name
            """, as: (String, String, String, [String], [String]).self)
        return RoleBook(
            functions: functions.map { name, aliases, web, importing, permissions, levels in
                RoleBook.Function(
                    name: name, aliases: aliases, permissions: Set(permissions.compactMap(Permission.init(rawValue:))),
                    levels: Set(levels.compactMap(OrganizationLevel.init(rawValue:))),
                    logons: Set((web ? [RoleBook.Logon.web] : []) + (importing ? [.importing] : [])))
            },
            roles: roles.map { name, displayName, program, functions, levels in
                RoleBook.Role(
                    name: name, displayName: displayName, program: program, functions: functions,
                    levels: Set(levels.compactMap(OrganizationLevel.init(rawValue:))))
            })
    }
}
