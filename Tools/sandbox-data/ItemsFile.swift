import Foundation

/// What the items show and how they are scored, for an item viewer: packages do not carry it.
enum ItemsFile {
    private struct Item: Encodable {
        let id: String
        let type: String
        let passage: String?
        let stem: String
        let choices: [String]
        let answerKey: String?
        let rubric: [Points]
        let exemplar: String
    }

    private struct Points: Encodable {
        let points: Int
        let text: String
    }

    static func json(_ assessments: [DemoAssessment]) throws -> String {
        let items = assessments.flatMap(\.items).map { item in
            Item(
                id: "\(DemoItem.bank)-\(item.key)", type: item.type,
                passage: item.text.passage.isEmpty ? nil : item.text.passage, stem: item.text.stem,
                choices: item.text.choices, answerKey: item.text.answer.isEmpty ? nil : item.text.answer,
                rubric: item.text.rubric.enumerated().map { Points(points: $0.offset, text: $0.element) },
                exemplar: item.text.exemplar)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(items), as: UTF8.self) + "\n"
    }
}
