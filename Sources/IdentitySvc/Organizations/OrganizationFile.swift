import Ledger

/// Reads a file of organizations in either of its two forms.
///
/// Rule: ingest §6.3.
enum OrganizationFile {
    /// - Throws: `ImportRefusal` `BAD_FORMAT` when neither form fits, `BAD_DATA` with the collected errors.
    static func read(_ payload: [UInt8]) throws(ImportRefusal) -> OrganizationSet {
        let objects: [JSONObjects.Object]?
        do {
            objects = try JSONObjects.read(payload, members: OrganizationJSON.members)
        } catch {
            objects = nil  // not JSON; whether it is the other form decides
        }
        if let objects { return try OrganizationJSON.resolve(objects) }
        if let set = try CALPADSFile.read(payload) { return set }
        throw ImportRefusal(.badFormat, "invalid organization payload format")
    }
}

/// The checks that both forms share.
enum OrganizationText {
    /// The trimmed value, or an entry in `messages` when it is blank or too long. Nil stands for no value at all.
    static func check(
        _ element: String, _ value: String?, _ limit: Int, _ messages: inout ImportMessages
    ) -> String? {
        let text = value.map(trim) ?? ""
        if text.isEmpty {
            messages.add(element, value, "value may not be blank")
            return nil
        }
        guard text.unicodeScalars.count <= limit else {
            messages.add(element, text, "string is too long, max length is \(limit)")
            return nil
        }
        return text
    }

    static func trim(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard let first = bytes.firstIndex(where: { $0 > 0x20 }), let last = bytes.lastIndex(where: { $0 > 0x20 })
        else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }
}
