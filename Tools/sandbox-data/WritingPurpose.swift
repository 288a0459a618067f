/// What a writing task asks for (results §1.11).
enum WritingPurpose: String, CaseIterable, Sendable {
    case argumentative = "Argumentative"
    case explanatory = "Explanatory"
    case informative = "Informative"
    case narrative = "Narrative"
    case opinion = "Opinion"

    /// As trait codes spell it.
    var code: String { String(rawValue.uppercased().prefix(4)) }

    var description: String {
        switch self {
        case .argumentative: "Defends a claim with reasons and evidence."
        case .explanatory: "Explains how or why something is so."
        case .informative: "Tells readers about a topic."
        case .narrative: "Tells a story."
        case .opinion: "Says what the writer thinks, and why."
        }
    }

    /// The purpose of the writing task of a grade.
    static func asked(in grade: String) -> WritingPurpose {
        switch grade {
        case "03": .narrative
        case "04", "05": .opinion
        case "06": .informative
        case "07", "08": .explanatory
        default: .argumentative
        }
    }

    var task: String {
        switch self {
        case .argumentative: "Should libraries lend tools as they lend books? Write to persuade your city council."
        case .explanatory: "Explain how a lock lifts a boat, for readers who have never seen one."
        case .informative: "Write an article about how seeds travel, from what you have read."
        case .narrative: "The harbor cat wakes up on a ship. Write what happens next."
        case .opinion: "Should your school keep a garden? Say what you think and give reasons."
        }
    }
}

/// The three things a piece of writing is judged by.
enum WritingTrait: String, CaseIterable, Sendable {
    case organization = "Organization/Purpose"
    case evidence = "Evidence/Elaboration"
    case conventions = "Conventions"

    var code: String {
        switch self {
        case .organization: "ORG"
        case .evidence: "EVI"
        case .conventions: "CON"
        }
    }

    var maximum: Int { self == .conventions ? 2 : 4 }

    func code(_ purpose: WritingPurpose) -> String { "SOCK_\(purpose.code)_\(code)" }

    /// What each number of points means, from none to the most.
    var rubric: [String] {
        switch self {
        case .organization:
            [
                "Does not follow the task.", "Ideas stand side by side without an order.",
                "There is an order, but parts of it are missing.", "The order is clear and helps the reader.",
                "The order is clear throughout, from the first sentence to the last.",
            ]
        case .evidence:
            [
                "Nothing from the sources is used.", "A detail is named without saying what it shows.",
                "Some details support the ideas.", "Well chosen details support most ideas.",
                "Well chosen details are explained and support every idea.",
            ]
        case .conventions:
            [
                "Mistakes make it hard to read.", "There are mistakes, but it can be read.",
                "Hardly any mistakes for a student of this grade.",
            ]
        }
    }

    /// A made-up piece of writing that earns so many points of six.
    static func sample(points: Int) -> String {
        let sentences = [
            "I think it is a good idea.", "The first text says that it worked in another town.",
            "This shows that people will use it when it is there.", "Some may say that it costs too much.",
            "But the second text tells how neighbors shared the work, so it cost very little.",
            "For these reasons we should begin this year.",
        ]
        return points == 0 ? "i dont know" : sentences.prefix(points).joined(separator: " ")
    }
}
