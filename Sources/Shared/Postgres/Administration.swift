/// What cannot be done in a transaction, such as CREATE DATABASE or VACUUM; for operators' commands and tests.
public enum Administration {
    /// Connects, runs `script` outside a transaction, and disconnects. Blocks its thread.
    public static func run(_ script: String, on connectionString: String) throws {
        let connection = try Connection(
            connectionString, applicationName: "administration", settings: ["client_min_messages": "error"])
        try connection.script(script)
    }
}
