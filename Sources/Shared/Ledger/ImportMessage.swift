/// One thing that is wrong with a payload: which element, what it held, and why that cannot be taken.
///
/// Rule: ingest §2.11. May hold personal data; it is shown only to senders with the data load permission.
public struct ImportMessage: Sendable, Equatable {
    /// Such as `Birthdate` or `[{assessment id}], AssessmentGrade`.
    public var elementName: String
    /// What stood there: nil when there was nothing at all, empty when it was blank.
    public var value: String?
    public var error: String

    /// - Parameter value: a value of white space only is kept as the empty text.
    public init(_ elementName: String, _ value: String?, _ error: String) {
        self.elementName = elementName
        self.value = value.map { $0.allSatisfy(\.isWhitespace) ? "" : $0 }
        self.error = error
    }
}

/// What is wrong with a payload, collected in the order of checking, and the texts a sender gets to read.
///
/// Rule: ingest §2.11, forms 2 and 3.
public struct ImportMessages: Sendable, Equatable {
    /// In the order of checking; at most `limit`.
    public private(set) var entries: [ImportMessage] = []
    /// How many more there were.
    public private(set) var leftOut = 0

    /// A payload of 500 MB can be wrong in every cell; nobody reads more, and the import row must stay small.
    public static let limit = 10_000
    /// The number of entries in the form for subjects.
    public static let subjectLimit = 100

    public init() {}

    public var isEmpty: Bool { entries.isEmpty }

    public mutating func add(_ message: ImportMessage) {
        if entries.count < Self.limit { entries.append(message) } else { leftOut += 1 }
    }

    public mutating func add(_ elementName: String, _ value: String?, _ error: String) {
        add(ImportMessage(elementName, value, error))
    }

    public mutating func add(contentsOf others: ImportMessages) {
        others.entries.forEach { add($0) }
        leftOut += others.leftOut
    }

    /// Form 2: `{"messages":[{"elementName":…,"value":…,"error":…},…]}` in the order of checking.
    public func collectedText() -> String {
        var text = #"{"messages":"#
        Self.write(entries, leftOut: leftOut, to: &text)
        text += "}"
        return text
    }

    /// Form 3: a bare array sorted by element name, at most 100 entries and then one of `System` with the number of
    /// the others. Entries of one element stay in the order of checking.
    public func subjectText() -> String {
        let sorted = entries.enumerated().sorted {
            ($0.element.elementName, $0.offset) < ($1.element.elementName, $1.offset)
        }
        let shown = sorted.prefix(Self.subjectLimit).map(\.element)
        var text = ""
        Self.write(shown, leftOut: entries.count - shown.count + leftOut, to: &text)
        return text
    }

    private static func write(_ entries: [ImportMessage], leftOut: Int, to text: inout String) {
        text += "["
        var separator = ""
        for entry in entries {
            text += separator
            entry.write(to: &text)
            separator = ","
        }
        if leftOut > 0 {
            text += separator
            ImportMessage("System", nil, "With \(leftOut) additional failures.").write(to: &text)
        }
        text += "]"
    }
}

extension ImportMessage {
    fileprivate func write(to text: inout String) {
        text += #"{"elementName":"#
        Self.quote(elementName, to: &text)
        if let value {
            text += #","value":"#
            Self.quote(value, to: &text)
        }
        text += #","error":"#
        Self.quote(error, to: &text)
        text += "}"
    }

    /// A JSON string. Characters that mean something in HTML are written as numbers, as senders have always seen them.
    static func quote(_ string: String, to text: inout String) {
        text += "\""
        defer { text += "\"" }
        if string.utf8.allSatisfy(isPlain) {
            text += string
            return
        }
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += #"\""#
            case "\\": text += #"\\"#
            case "\n": text += #"\n"#
            case "\r": text += #"\r"#
            case "\t": text += #"\t"#
            case "\u{8}": text += #"\b"#
            case "\u{c}": text += #"\f"#
            case "=", "<", ">", "&", "'", "\u{2028}", "\u{2029}", "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                text += #"\u"# + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    /// ASCII that is written as it is.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x22, 0x26, 0x27, 0x3C...0x3E, 0x5C: false
        default: (0x20..<0x7F).contains(byte)
        }
    }
}
