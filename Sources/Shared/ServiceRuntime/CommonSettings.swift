import Clocks
import Credentials
import Logging
import Messaging

/// Generated data and "Enter as", or real people.
public enum Mode: String, Sendable, CaseIterable { case production, sandbox }

/// The settings of one kind of service: it asks a reader for each and keeps the values.
public protocol ServiceConfig: Sendable {
    init(_ s: inout SettingsReader)
}

/// The settings that every process has.
struct CommonSettings: Sendable {
    var mode: Mode
    var keysDirectory: String
    var keyFile: String
    var adminHost: String
    var adminPort: Int
    var logLevel: Logger.Level
    var busTLS: BusTLS?
    /// Empty for a process without a database of its own.
    var database = ""
    /// The schema owner's; empty like `database`.
    var migrationDatabase = ""

    init(_ s: inout SettingsReader, service: String, hasDatabase: Bool) {
        mode = s.choice("ERS_MODE", default: .production, "production, or sandbox: generated data, anybody may enter.")
        keysDirectory = s.string("ERS_KEYS_DIR", "The folder of the public keys (*.pub) of all processes.")
        keyFile = s.string(
            "ERS_KEY_FILE", default: "\(keysDirectory)/service-\(service).key", "The private key of this process.")
        (adminHost, adminPort) = adminAddress(&s)
        logLevel = s.choice("ERS_LOG_LEVEL", default: .info, "The least level that is logged.")
        if hasDatabase {
            database = s.database("ERS_DATABASE_URL", "The database, as the role of this service.")
            migrationDatabase = s.database(
                "ERS_MIGRATION_DATABASE_URL", default: database,
                "The database, as the owner of the schema; for migrate.")
        }
        let ca = s.optionalFile("ERS_BUS_CA_FILE", "The authority of the bus's certificates (PEM); for tls+tcp URLs.")
        let certificate = s.optionalFile("ERS_BUS_CERTIFICATE_FILE", "The certificate of this process (PEM).")
        let key = s.optionalSecret("ERS_BUS_KEY", "The private key of that certificate (PEM).")
        switch (ca, certificate, key) {
        case (let ca?, let certificate?, let key?): busTLS = BusTLS(ca: ca, certificate: certificate, key: key)
        case (nil, nil, nil): busTLS = nil
        default:
            busTLS = nil
            s.problem(
                "ERS_BUS_CA_FILE", "goes together with ERS_BUS_CERTIFICATE_FILE and ERS_BUS_KEY_FILE: set all or none")
        }
    }
}

/// Where the port for operators listens. `--healthcheck` needs no other setting.
func adminAddress(_ s: inout SettingsReader) -> (host: String, port: Int) {
    let host = s.string("ERS_ADMIN_HOST", default: "127.0.0.1", "The address on which the port for operators listens.")
    let port = s.int("ERS_ADMIN_PORT", in: 0...65535, "The port for operators: /livez, /readyz, /metrics. 0: any.")
    return (host, port)
}
