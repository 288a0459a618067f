import Foundation

@testable import Messaging

/// An authority made for one test, and the certificates it signs: ECDSA P-256, by the openssl of the machine.
struct BusCertificates {
    struct Failed: Error, CustomStringConvertible { let description: String }

    private let folder: BusFolder
    private let authority: String

    init(in folder: BusFolder, authority: String = "authority") throws {
        self.folder = folder
        self.authority = authority
        try Self.openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=\(authority)", "-keyout", file("\(authority).key"), "-out", file("\(authority).pem"))
    }

    /// A certificate for `name`, which is also the host that clients must dial.
    func issue(_ name: String) throws -> BusTLS {
        let base = "\(authority)-\(name)"
        try "subjectAltName=DNS:\(name)\n".write(toFile: file("\(base).ext"), atomically: true, encoding: .utf8)
        try Self.openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)",
            "-keyout", file("\(base).key"), "-out", file("\(base).csr"))
        try Self.openssl(
            "x509", "-req", "-in", file("\(base).csr"), "-CA", file("\(authority).pem"),
            "-CAkey", file("\(authority).key"), "-CAcreateserial", "-days", "2", "-extfile", file("\(base).ext"),
            "-out", file("\(base).pem"))
        return BusTLS(
            ca: try text("\(authority).pem"), certificate: try text("\(base).pem"), key: try text("\(base).key"))
    }

    var authorityText: String { get throws { try text("\(authority).pem") } }

    private func file(_ name: String) -> String { "\(folder.path)/\(name)" }
    private func text(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }

    private static func openssl(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(description: "openssl \(arguments.first ?? ""): \(String(decoding: said, as: UTF8.self))")
        }
    }
}
