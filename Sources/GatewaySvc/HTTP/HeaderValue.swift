/// A header of the form `word; name=value; name="quoted value"`, such as `Content-Type` or `Content-Disposition`.
struct HeaderValue: Equatable {
    /// The word before the first semicolon, in lower case.
    let word: String
    /// Names in lower case; of a repeated one the first.
    let parameters: [String: String]

    /// Nil for what does not have the form: an empty word, a quote without end, text behind a quote.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= 4096 else { return nil }
        var at = bytes.firstIndex(of: UInt8(ascii: ";")) ?? bytes.count
        let word = trimmed(String(decoding: bytes[..<at], as: UTF8.self)).lowercased()
        guard !word.isEmpty else { return nil }

        var parameters: [String: String] = [:]
        while at < bytes.count {
            at += 1
            let nameBegin = at
            while at < bytes.count, bytes[at] != UInt8(ascii: "="), bytes[at] != UInt8(ascii: ";") { at += 1 }
            let name = trimmed(String(decoding: bytes[nameBegin..<at], as: UTF8.self)).lowercased()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "=") else {
                if name.isEmpty { continue }  // a semicolon at the end, or two in a row
                return nil
            }
            at += 1
            guard let value = Self.readValue(bytes, &at) else { return nil }
            if parameters[name] == nil { parameters[name] = value }
        }
        self.word = word
        self.parameters = parameters
    }

    /// Ends at a semicolon or at the end of the text.
    private static func readValue(_ bytes: [UInt8], _ at: inout Int) -> String? {
        var begin = at
        while begin < bytes.count, bytes[begin] == UInt8(ascii: " ") { begin += 1 }
        guard begin < bytes.count, bytes[begin] == UInt8(ascii: "\"") else {
            at = bytes[at...].firstIndex(of: UInt8(ascii: ";")) ?? bytes.count
            return trimmed(String(decoding: bytes[min(begin, at)..<at], as: UTF8.self))
        }
        at = begin + 1
        var value: [UInt8] = []
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
            // Only a quote and a backslash can be escaped: old browsers send bare backslashes of a path.
            if bytes[at] == UInt8(ascii: "\\"), at + 1 < bytes.count,
                bytes[at + 1] == UInt8(ascii: "\"") || bytes[at + 1] == UInt8(ascii: "\\")
            {
                at += 1
            }
            value.append(bytes[at])
            at += 1
        }
        guard at < bytes.count else { return nil }
        at += 1
        while at < bytes.count, bytes[at] == UInt8(ascii: " ") || bytes[at] == UInt8(ascii: "\t") { at += 1 }
        guard at == bytes.count || bytes[at] == UInt8(ascii: ";") else { return nil }
        return String(decoding: value, as: UTF8.self)
    }
}
