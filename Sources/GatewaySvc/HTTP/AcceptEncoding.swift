/// What `Accept-Encoding` says about gzip.
enum AcceptEncoding {
    /// True if the client takes gzip: named with a weight above 0, or by `*` and not named at all.
    ///
    /// A header that makes no sense counts as none: an answer without compression is always right.
    static func takesGzip(_ header: String?) -> Bool {
        guard let header, header.utf8.count <= 1024 else { return false }
        var gzip: Bool?
        var any: Bool?
        for item in header.split(separator: ",") {
            let parts = item.split(separator: ";", omittingEmptySubsequences: false).map { trimmed($0).lowercased() }
            guard let name = parts.first, let accepted = accepts(parts.dropFirst()) else { continue }
            if name == "gzip" || name == "x-gzip" { gzip = accepted }
            if name == "*" { any = accepted }
        }
        return gzip ?? any ?? false
    }

    /// Whether the weight is above 0; nil for a weight that is none (`q=2`, `q=NaN`).
    private static func accepts(_ parameters: ArraySlice<String>) -> Bool? {
        for parameter in parameters where parameter.hasPrefix("q=") {
            let digits = parameter.dropFirst(2)
            guard digits.utf8.count <= 5, let first = digits.utf8.first,
                first == UInt8(ascii: "0") || first == UInt8(ascii: "1"),
                digits.utf8.allSatisfy({
                    $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                }),
                let weight = Double(digits), weight <= 1
            else { return nil }
            return weight > 0
        }
        return true
    }
}

/// Without blanks and tabs at both ends.
func trimmed(_ text: some StringProtocol) -> String {
    // By bytes: every call shows a token through here, and character by character takes twenty times as long.
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
    let text = String(text)
    let bytes = text.utf8
    guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return String(text[first..<bytes.index(after: last)])
}
