/// JSON written piece by piece: for log lines and the health answer, whose keys keep their order.
struct JSONText {
    private(set) var text = ""
    private var needsComma = false

    mutating func open(_ bracket: Character) {
        text.append(bracket)
        needsComma = false
    }

    mutating func close(_ bracket: Character) {
        text.append(bracket)
        needsComma = true
    }

    mutating func key(_ name: String) {
        if needsComma { text.append(",") }
        quoted(name)
        text.append(":")
        needsComma = false
    }

    mutating func string(_ value: String) {
        quoted(value)
        needsComma = true
    }

    mutating func bool(_ value: Bool) {
        text += value ? "true" : "false"
        needsComma = true
    }

    mutating func member(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    mutating func element(_ write: (inout JSONText) -> Void) {
        if needsComma { text.append(",") }
        needsComma = false
        write(&self)
        needsComma = true
    }

    private mutating func quoted(_ value: String) {
        text.append("\"")
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _
            where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                || scalar.value == 0x2028 || scalar.value == 0x2029:
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        text.append("\"")
    }
}
