/// User and password of an `Authorization: Basic` header.
///
/// RFC 6749 §2.3.1 wants them form-encoded inside, few clients do so, and the ids and secrets that we give need no
/// encoding: they are taken as they stand.
struct BasicCredentials: Equatable {
    let user: String
    let password: String

    init?(_ header: String) {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard header.utf8.count <= 4096, parts.count == 2, parts[0].lowercased() == "basic" else { return nil }
        // The ordinary alphabet, with or without padding.
        let code = trimmed(parts[1]).prefix { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }
        guard let bytes = Base64URL.decode(String(code)), let text = String(validating: bytes, as: UTF8.self),
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        let sides = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2, !sides[0].isEmpty else { return nil }
        user = String(sides[0])
        password = String(sides[1])
    }
}
