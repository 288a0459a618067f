import Foundation

/// Addresses of the public network: where a webhook may be told anything. Whatever its name says, an address of this machine,
/// of the network behind it, or of nobody is refused, so that nobody can make the suite ask its neighbours.
enum PublicAddress {
    /// - Parameter bytes: 4 or 16 of them, as on the wire.
    static func isPublic(_ bytes: [UInt8]) -> Bool {
        switch bytes.count {
        case 4: return !isReserved(v4: bytes)
        case 16:
            // IPv4 in another coat: mapped, and translated (RFC 4291, RFC 6052).
            if bytes.starts(with: mapped) || bytes.starts(with: translated) {
                return !isReserved(v4: Array(bytes[12...]))
            }
            // Only 2000::/3 is given to anybody; of it documentation, Teredo and 6to4 lead elsewhere (RFC 6890).
            guard bytes[0] & 0xE0 == 0x20 else { return false }
            return
                !(bytes.starts(with: [0x20, 0x01, 0x0D, 0xB8]) || bytes.starts(with: [0x20, 0x01, 0x00])
                || bytes.starts(with: [0x20, 0x02]) || bytes.starts(with: [0x3F, 0xFF]))
        default: return false
        }
    }

    private static let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
    private static let translated: [UInt8] = [0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]

    /// RFC 6890 and what came after it.
    private static let reserved: [(network: [UInt8], bits: Int)] = [
        ([0, 0, 0, 0], 8), ([10, 0, 0, 0], 8), ([100, 64, 0, 0], 10), ([127, 0, 0, 0], 8), ([169, 254, 0, 0], 16),
        ([172, 16, 0, 0], 12), ([192, 0, 0, 0], 24), ([192, 0, 2, 0], 24), ([192, 88, 99, 0], 24),
        ([192, 168, 0, 0], 16), ([198, 18, 0, 0], 15), ([198, 51, 100, 0], 24), ([203, 0, 113, 0], 24),
        ([224, 0, 0, 0], 4), ([240, 0, 0, 0], 4),
    ]

    private static func isReserved(v4 bytes: [UInt8]) -> Bool {
        func number(_ bytes: [UInt8]) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }
        let address = number(bytes)
        return reserved.contains { network, bits in
            let mask = UInt32.max << UInt32(32 - bits)
            return address & mask == number(network)
        }
    }

    /// The addresses of a host, as the system finds them; blocks while it looks.
    ///
    /// - Returns: each as bytes and as text; none when there is no such host.
    static func resolve(_ host: String) -> [(bytes: [UInt8], text: String)] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        // A literal of IPv6 stands in brackets in a URL.
        let name = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        guard getaddrinfo(name, nil, &hints, &first) == 0 else { return [] }
        defer { freeaddrinfo(first) }
        var found: [(bytes: [UInt8], text: String)] = []
        var next = first
        while let entry = next {
            next = entry.pointee.ai_next
            guard let address = entry.pointee.ai_addr else { continue }
            let bytes: [UInt8]
            switch entry.pointee.ai_family {
            case AF_INET:
                bytes = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    withUnsafeBytes(of: $0.pointee.sin_addr) { Array($0) }
                }
            case AF_INET6:
                bytes = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    withUnsafeBytes(of: $0.pointee.sin6_addr) { Array($0) }
                }
            default: continue
            }
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            let (size, family) = (socklen_t(text.count), entry.pointee.ai_family)
            let isWritten = bytes.withUnsafeBytes { inet_ntop(family, $0.baseAddress, &text, size) != nil }
            if isWritten {
                let letters = text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
                found.append((bytes, String(decoding: letters, as: UTF8.self)))
            }
        }
        return found
    }
}
