import Contracts

/// How embargo settings look as JSON.
extension JSONWriter {
    /// - Parameter counts: summative exams by subject; nil where nobody asked for them.
    mutating func embargoRow(_ row: EmbargoRow, counts: [(String, Int64)]?) {
        object {
            $0.field("districtId", row.districtID == 0 ? nil : row.districtID)
            $0.field("name", row.name)
            if let counts {
                $0.object("counts") { json in
                    for (subject, exams) in counts { json.field(named: subject, exams) }
                }
            }
            $0.object("cells") { json in
                for cell in row.cells {
                    guard let kind = EmbargoWords.kinds.first(where: { $0.1 == cell.kind })?.0 else { continue }
                    json.key(named: kind)
                    json.embargoCell(cell)
                }
            }
        }
    }

    private mutating func embargoCell(_ cell: EmbargoCell) {
        object {
            $0.field("value", EmbargoWords.text(cell.value))
            // Anything but a plain "released" holds back.
            $0.field("effective", cell.effective == .released ? "released" : "embargoed")
            $0.field("mayChange", cell.mayChange)
            $0.field("version", cell.version)
            $0.field("releasedByState", cell.releasedByState)
        }
    }
}

/// Kinds and values of embargoes in JSON and in paths.
enum EmbargoWords {
    static let kinds: [(String, EmbargoKind)] = [("individual", .individual), ("aggregate", .aggregate)]
    static let values: [(String, EmbargoValue)] = [("embargoed", .embargoed), ("released", .released)]

    static func kind(_ text: String) -> EmbargoKind { kinds.first { $0.0 == text }?.1 ?? .unspecified }

    static func text(_ value: EmbargoValue) -> String { values.first { $0.1 == value }?.0 ?? "unset" }

    static func text(_ kind: EmbargoKind) -> String { kinds.first { $0.1 == kind }?.0 ?? "unknown" }
}
