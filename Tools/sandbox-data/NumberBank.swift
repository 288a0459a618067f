/// Tasks with numbers, made for a grade.
enum NumberBank {
    static func text(type: String, grade: String, number: Int) -> ItemText {
        var random = SplitMix64(seed: 11, Int(grade) ?? 0, number)
        let (question, answer, others) = problem(Int(grade) ?? 3, number, &random)
        switch type {
        case "MC":
            let place = random.below(4)
            var choices = others.map(String.init)
            choices.insert("\(answer)", at: place)
            let letter = ["A", "B", "C", "D"][place]
            return ItemText(stem: question, choices: choices, answer: letter, exemplar: letter)
        case "MS":
            let (half, third) = (answer * 2, answer * 3)
            return ItemText(
                stem: "Which two expressions are equal to \(answer)? Choose two.",
                choices: [
                    "\(half) ÷ 2", "\(answer) + \(answer)", "\(third) ÷ 3", "\(answer) × 2", "\(third) − \(answer)",
                ], answer: "A,C", exemplar: "A,C")
        case "SA":
            return ItemText(
                stem: "\(question) Explain how you found it.",
                rubric: [
                    "The answer is wrong and nothing is explained.", "The answer is right or the explanation is.",
                    "The answer is right and the explanation shows why.",
                ], exemplar: "It is \(answer). I wrote down what is known, worked step by step and checked it.")
        default:
            return ItemText(
                stem: question, rubric: ["Another number.", "The number \(answer)."], exemplar: "\(answer)")
        }
    }

    /// A question, its answer, and three wrong answers that come of usual mistakes.
    private static func problem(_ grade: Int, _ number: Int, _ random: inout SplitMix64) -> (String, Int, [Int]) {
        let (a, b) = (random.int(in: 3...9), random.int(in: 11...19))
        switch (grade, number % 3) {
        case (...5, 0):
            return (
                "A garden has \(a) rows with \(b) plants each. How many plants are there?", a * b,
                [a + b, a * b + a, a * (b - 1)]
            )
        case (...5, 1):
            return (
                "\(a * b) pencils are shared equally by \(a) tables. How many pencils does each table get?", b,
                [a, b + 1, a * b - a]
            )
        case (...5, _):
            return (
                "A path is \(b) feet long and \(a) feet wide. What is the distance around it, in feet?", 2 * (a + b),
                [a + b, a * b, 2 * b + a]
            )
        case (...8, 0):
            return (
                "\(a) notebooks cost \(a * b) dollars. What do \(a + 2) notebooks cost at the same price, in dollars?",
                (a + 2) * b, [a * b + 2, a * b + b, (a + 3) * b]
            )
        case (...8, 1):
            return (
                "Solve \(a)x + \(b) = \(a * 7 + b). What is x?", 7, [a * 7, 7 + a, 7 + b]
            )
        case (...8, _):
            return (
                "A price of \(b * 20) dollars is lowered by 25%. What is the new price, in dollars?", b * 15,
                [b * 5, b * 20 - 25, b * 25]
            )
        case (_, 0):
            return (
                "f(x) = \(a)x² − \(b). What is f(3)?", 9 * a - b, [3 * a - b, 9 * a + b, 6 * a - b]
            )
        case (_, 1):
            return (
                "A line passes through (0, \(b)) and (2, \(b + 2 * a)). What is its slope?", a, [2 * a, a + b, a + 2]
            )
        default:
            return (
                "A sample doubles every hour. It starts with \(a) cells. How many are there after 5 hours?", a * 32,
                [a * 10, a * 25, a * 16]
            )
        }
    }
}
