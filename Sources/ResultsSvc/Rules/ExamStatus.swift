/// Codes of the exam table as the words of the delivery (ingest §3.2).
enum ExamCode {
    static let conditions: [Int16: String] = [1: "Valid", 2: "SD", 3: "NS", 4: "IN"]
    static let completenesses: [Int16: String] = [1: "Partial", 2: "Complete"]
    static let types: [Int16: String] = [1: "ica", 2: "iab", 3: "sum"]
    /// Assessment grades in the order of the grade list (ingest §3.2).
    static let gradeOrder = [
        "UG", "IT", "PR", "PK", "TK", "KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12",
        "13", "PS",
    ]
}
