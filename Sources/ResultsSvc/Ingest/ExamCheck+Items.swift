/// Rule: ingest §3.8.
extension ExamCheck {
    mutating func checkItems() -> [ExamDraft.ItemScore] {
        var items: [ExamDraft.ItemScore] = []
        items.reserveCapacity(document.items.count)
        var seen = Set<Int16>(minimumCapacity: document.items.count)
        for item in document.items {
            guard let known = template.items[ExamTemplate.ItemKey(bank: item.bankKey, key: item.key)] else {
                let id = "\(item.bankKey)-\(item.key)"
                values.problems.add("item", id, "Missing item with id = \(id)")
                continue
            }
            if !seen.insert(known.ordinal).inserted { values.problems.add("item", known.naturalID, "duplicate item") }
            let score = points("item", item.score)
            items.append(
                ExamDraft.ItemScore(
                    ordinal: known.ordinal, position: item.position, scoreMilli: score, scoreStatus: item.scoreStatus,
                    isSelected: item.isSelected, administered: item.administered, submitted: item.responded,
                    visits: item.visits, durationMicroseconds: item.durationMicroseconds, mimeType: item.mimeType,
                    pageNumber: item.pageNumber, pageVisits: item.pageVisits, pageMilliseconds: item.pageMilliseconds,
                    responseType: item.responseType, response: item.response, traits: subScores(item)))
        }
        if document.items.isEmpty && isRequired("ExamItems") {
            values.problems.add("ExamItems", "none", "must provide at least one value for ExamItems")
        }
        return items
    }

    /// Of the three known dimensions, the first of each; others are passed over.
    private mutating func subScores(_ item: TRTDocument.Item) -> [ExamDraft.ItemScore.SubScore] {
        if item.subScores.isEmpty { return [] }
        var scores: [ExamDraft.ItemScore.SubScore] = []
        for score in item.subScores {
            guard let trait = ExamCodes.itemTraits.number(score.dimension),
                !scores.contains(where: { $0.trait == trait })
            else { continue }
            let points = points("item,subScore,scorePoint", score.scorePoint)
            scores.append(ExamDraft.ItemScore.SubScore(trait: trait, pointsMilli: points, status: score.status))
        }
        return scores.sorted { $0.trait < $1.trait }
    }

    /// Thousandths of a point; nil when blank or wrong.
    private mutating func points(_ element: String, _ value: String) -> Int32? {
        guard let text = value.nonBlank else { return nil }
        let range = settings.itemScores
        guard let number = Numbers.decimal(text), range.contains(number) else {
            values.problems.add(element, value, "invalid value, must be \(range.lowerBound) - \(range.upperBound)")
            return nil
        }
        return Numbers.thousandths(number).flatMap { Int32(exactly: $0) }
    }
}
