import Ledger
import XML

/// The accommodations of one school year with their labels, from an accessibility configuration.
///
/// Rule: ingest §7. Universal tools, designated supports and everything under `ResourceFamily` are passed over.
struct AccommodationsFile: Sendable, Equatable {
    var schoolYear: Int32
    /// Each code once, in the order of the file.
    var accommodations: [Accommodation]

    struct Accommodation: Sendable, Equatable {
        var code: String
        /// Label by language.
        var labels: [String: String]
    }

    static let sizeLimit = 16 << 20
    private static let resources: Set<String> = ["SingleSelectResource", "MultiSelectResource", "EditResource"]

    /// - Throws: `ImportRefusal` `BAD_DATA`, also for a document that cannot be read.
    static func read(_ payload: [UInt8]) throws(ImportRefusal) -> AccommodationsFile {
        var messages = ImportMessages()
        let file: AccommodationsFile
        do {
            file = try parse(payload, &messages)
        } catch {
            throw ImportRefusal(.badData, "Unable to read Accessibility resource: \(error)")
        }
        guard messages.isEmpty else { throw ImportRefusal(.badData, messages.collectedText()) }
        return file
    }

    private static func parse(_ payload: [UInt8], _ messages: inout ImportMessages) throws -> AccommodationsFile {
        let root = try XMLElement.read(payload, limits: XMLLimits(size: sizeLimit))
        guard root.name == "Accessibility" else {
            throw SchemaViolation(line: root.line, problem: "the root is <\(root.name)>, not <Accessibility>")
        }
        var reader = SchemaReader(root)
        let schoolYear = try reader.requiredNumber("schoolYear", in: Int32(1)...9999)
        var master = SchemaReader(try reader.child("MasterResourceFamily"))
        _ = try reader.children("ResourceFamily", 0...Int.max)
        try reader.finish()
        let found = master.children(anyOf: resources)
        guard !found.isEmpty else { throw master.violation("<MasterResourceFamily> must have a resource") }
        try master.finish()

        var file = AccommodationsFile(schoolYear: schoolYear, accommodations: [])
        var indexByCode: [String: Int] = [:]
        for element in found {
            for accommodation in try resource(element, &messages) {
                let key = accommodation.code.lowercased()
                if let index = indexByCode[key] {
                    file.accommodations[index].labels.merge(accommodation.labels) { _, later in later }
                } else {
                    indexByCode[key] = file.accommodations.count
                    file.accommodations.append(accommodation)
                }
            }
        }
        return file
    }

    /// The selections of a resource if it is an accommodation, else none; either way it has to follow the schema.
    private static func resource(
        _ element: XMLElement, _ messages: inout ImportMessages
    ) throws -> [Accommodation] {
        var reader = SchemaReader(element)
        _ = try reader.childText("Code")
        try order(&reader)
        _ = try reader.optionalChildText("EmbedType")
        _ = try reader.optionalChildText("DefaultSelection")
        let type = try reader.optionalChildText("ResourceType")?.trimmingBlanks ?? ""
        let texts = try reader.children("Text", 1...Int.max)
        let selections = try reader.children("Selection", 0...Int.max)
        try reader.finish()
        for text in texts { _ = try label(text) }

        let isAccommodation = type.hasPrefix("Accom")
        var accommodations: [Accommodation] = []
        for selection in selections {
            let (code, labels) = try Self.selection(selection)
            guard isAccommodation, !code.isEmpty else { continue }
            check("Accommodation code", code, 25, &messages)
            for (language, label) in labels {
                check("\(code) language code", language, 3, &messages)
                check("Translation", label, 60, &messages)
            }
            accommodations.append(Accommodation(code: code, labels: Dictionary(labels) { _, later in later }))
        }
        return accommodations
    }

    private static func selection(_ element: XMLElement) throws -> (code: String, labels: [(String, String)]) {
        var reader = SchemaReader(element)
        let code = try reader.childText("Code").trimmingBlanks
        try order(&reader)
        _ = try reader.optionalChildText("MutuallyExclusive")
        let texts = try reader.children("Text", 1...Int.max)
        try reader.finish()
        return (code, try texts.map(label))
    }

    private static func label(_ element: XMLElement) throws -> (language: String, label: String) {
        var reader = SchemaReader(element)
        let language = try reader.childText("Language").trimmingBlanks
        let label = try reader.childText("Label").trimmingBlanks
        _ = try reader.optionalChildText("Description")
        _ = try reader.optionalChildText("Message")
        try reader.finish()
        return (language, label)
    }

    private static func order(_ reader: inout SchemaReader) throws {
        let element = try reader.child("Order")
        guard let order = Int32(try SchemaReader.text(of: element).trimmingBlanks), order > 0 else {
            throw SchemaViolation(line: element.line, problem: "<Order> must be a positive number")
        }
    }

    private static func check(_ element: String, _ value: String, _ limit: Int, _ messages: inout ImportMessages) {
        if value.isEmpty {
            messages.add(element, value, "value may not be blank")
        } else if value.unicodeScalars.count > limit {
            messages.add(element, value, "string is too long, max length is \(limit)")
        }
    }
}
