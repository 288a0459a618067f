/// How one name of a proto file is written in Swift and in protobuf-c's C.
enum Names {
    private static let swiftKeywords: Set<String> = [
        "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer", "deinit", "do",
        "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard", "if", "import",
        "in", "init", "inout", "internal", "is", "let", "nil", "operator", "precedencegroup", "private", "protocol",
        "public", "repeat", "rethrows", "return", "self", "static", "struct", "subscript", "super", "switch", "throw",
        "throws", "true", "try", "typealias", "var", "where", "while",
    ]

    /// protobuf-c puts an underscore behind field names that mean something in C or C++.
    private static let cKeywords: Set<String> = [
        "and", "asm", "auto", "bool", "break", "case", "catch", "char", "class", "const", "continue", "default",
        "delete", "do", "double", "else", "enum", "explicit", "export", "extern", "false", "float", "for", "friend",
        "goto", "if", "inline", "int", "long", "mutable", "namespace", "new", "not", "operator", "or", "private",
        "protected", "public", "register", "return", "short", "signed", "sizeof", "static", "struct", "switch",
        "template", "this", "throw", "true", "try", "typedef", "typeid", "typename", "union", "unsigned", "using",
        "virtual", "void", "volatile", "while", "xor",
    ]

    /// Words that Swift writes in capitals, unless they begin the name.
    private static let capitals = ["id": "ID", "ids": "IDs", "url": "URL"]

    /// `.ers.GradeList` → `GradeList`
    static func type(_ fullName: String) -> String {
        String(fullName.split(separator: ".").last ?? "")
    }

    /// `school_id` → `schoolID`
    static func member(_ name: String) -> String {
        let words = name.split(separator: "_").map { $0.lowercased() }
        let joined = words.enumerated().map { i, word in
            i == 0 ? word : capitals[word] ?? word.prefix(1).uppercased() + word.dropFirst()
        }.joined()
        return swiftKeywords.contains(joined) ? "`\(joined)`" : joined
    }

    /// `ListGrades` → `listGrades`
    static func method(_ name: String) -> String {
        let joined = name.prefix(1).lowercased() + name.dropFirst()
        return swiftKeywords.contains(joined) ? "`\(joined)`" : joined
    }

    /// `EMBARGO_KIND_INDIVIDUAL` of `EmbargoKind` → `individual`
    static func enumValue(_ name: String, of enumeration: String) -> String {
        let prefix = underscored(enumeration).uppercased() + "_"
        return member(name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name)
    }

    /// `.ers.GradeList` → `Ers__GradeList`
    static func cType(_ fullName: String) -> String {
        fullName.split(separator: ".").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: "__")
    }

    /// `.ers.GradeList` → `ers__grade_list`
    static func cFunctions(_ fullName: String) -> String {
        fullName.split(separator: ".").map { underscored(String($0)) }.joined(separator: "__")
    }

    static func cField(_ name: String) -> String {
        let lower = name.lowercased()
        return cKeywords.contains(lower) ? lower + "_" : lower
    }

    /// `scale_presence` in `.ers.ExamScore` → `Ers__ExamScore__ScalePresenceCase`
    static func cCaseType(_ oneof: String, in message: String) -> String {
        let camel = oneof.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        return "\(cType(message))__\(camel)Case"
    }

    private static func underscored(_ camel: String) -> String {
        var out = ""
        var wasUpper = true
        for character in camel {
            if character.isUppercase && !wasUpper { out += "_" }
            wasUpper = character.isUppercase
            out += character.lowercased()
        }
        return out
    }
}
