@testable import ResultsSvc

/// Builds a transmission that is right in every way, to be made wrong in one.
struct Transmission {
    /// An element: its attributes in order, its children, its text.
    struct Element {
        var name: String
        var attributes: [(String, String)]
        var children: [Element] = []
        var text = ""

        init(
            _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Element] = [],
            text: String = ""
        ) {
            self.name = name
            self.attributes = attributes.map { ($0.key, $0.value) }
            self.children = children
            self.text = text
        }

        subscript(name: String) -> String? {
            get { attributes.first { $0.0 == name }?.1 }
            set {
                let index = attributes.firstIndex { $0.0 == name }
                switch (index, newValue) {
                case (let index?, let value?): attributes[index].1 = value
                case (let index?, nil): attributes.remove(at: index)
                case (nil, let value?): attributes.append((name, value))
                case (nil, nil): break
                }
            }
        }

        var xml: String {
            let head = "<" + name + attributes.map { " \($0.0)=\"\(Self.escaped($0.1))\"" }.joined()
            if children.isEmpty && text.isEmpty { return head + "/>" }
            return head + ">" + Self.escaped(text) + children.map(\.xml).joined() + "</\(name)>"
        }

        private static func escaped(_ text: String) -> String {
            text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
        }
    }

    var test = Element(
        "Test",
        [
            "name": "(SEED)ica-3", "testId": "ICA-3", "subject": "ELA", "grade": "3", "assessmentType": "Interim",
            "academicYear": "2019", "assessmentVersion": "7", "contract": "SEED", "mode": "online",
        ])
    var examinee = Element("Examinee", ["key": "-5"])
    var opportunity = Element(
        "Opportunity",
        [
            "oppId": "opp-1", "status": "scored", "statusDate": "2019-05-02T10:00:00Z",
            "dateCompleted": "2019-05-01T10:00:00Z",
            "startDate": "2019-05-01T09:00:00Z", "completeness": "Complete", "administrationCondition": "SD",
            "sessionId": "ses-1",
            "opportunity": "1", "server": "s", "clientName": "c", "effectiveDate": "2018-08-15",
        ])
    var accommodations: [Element] = []
    var scores: [Element] = [score("Overall", "ScaleScore", "2400", "30"), score("Overall", "PerformanceLevel", "2")]
    var items: [Element] = [item("100", position: 1), item("101", position: 2, score: "1")]
    /// After the opportunity.
    var tail: [Element] = []
    var hasExaminee = true

    init(ssid: String = "S1") {
        for (name, value) in [
            ("StudentIdentifier", ssid), ("FirstName", "Ann"), ("LastOrSurname", "Lee"), ("Birthdate", "2010-02-03"),
            ("Sex", "Female"), ("GradeLevelWhenAssessed", "03"), ("IDEAIndicator", "No"),
            ("EconomicDisadvantageStatus", "Yes"),
            ("Asian", "Yes"), ("White", "No"),
        ] { attribute(name, value) }
        relationship("SchoolId", "school-1")
        relationship("SchoolName", "First School")
        relationship("DistrictId", "district-1")
        relationship("DistrictName", "First District")
    }

    static func score(
        _ measure: String, _ label: String, _ value: String, _ error: String = "", condition: String? = nil
    ) -> Element {
        var element = Element(
            "Score", ["measureOf": measure, "measureLabel": label, "value": value, "standardError": error])
        element["conditionCode"] = condition
        return element
    }

    static func item(_ key: String, position: Int, score: String = "0", response: String? = "B", info: Element? = nil)
        -> Element
    {
        var element = Element(
            "Item",
            [
                "bankKey": "200", "key": key, "position": String(position), "segmentId": "seg", "format": "MC",
                "operational": "1",
                "isSelected": "1", "score": score, "scoreStatus": "SCORED", "adminDate": "2019-05-01T09:10:00Z",
                "numberVisits": "1",
                "responseDuration": "12.5", "mimeType": "text/plain", "pageNumber": "1", "pageVisits": "1",
                "pageTime": "12500",
                "dropped": "0",
            ])
        if let response {
            element.children.append(
                Element("Response", ["date": "2019-05-01T09:12:00.25Z", "type": "value"], text: response))
        }
        if let info { element.children.append(info) }
        return element
    }

    static func info(_ dimension: String, _ points: String, status: String = "Scored", _ nested: [Element] = [])
        -> Element
    {
        Element(
            "ScoreInfo",
            ["scorePoint": points, "maxScore": "6", "scoreDimension": dimension, "scoreStatus": status],
            nested.isEmpty ? [] : [Element("SubScoreList", [:], nested)])
    }

    /// Puts the attribute in place of one of its name, or takes it away when nil.
    mutating func attribute(_ name: String, _ value: String?, context: String = "FINAL") {
        put("ExamineeAttribute", name, value, context)
    }

    mutating func relationship(_ name: String, _ value: String?, context: String = "FINAL") {
        put("ExamineeRelationship", name, value, context)
    }

    /// Adds without replacing.
    mutating func add(_ kind: String, _ name: String, _ value: String?, context: String) {
        var element = Element(kind, ["context": context, "name": name, "contextDate": "2019-05-01T10:00:00"])
        element["value"] = value
        examinee.children.append(element)
    }

    private mutating func put(_ kind: String, _ name: String, _ value: String?, _ context: String) {
        let place = examinee.children.firstIndex { $0.name == kind && $0["name"] == name }
        if let place { examinee.children.remove(at: place) }
        guard let value else { return }
        add(kind, name, value, context: context)
        if let place, let element = examinee.children.popLast() { examinee.children.insert(element, at: place) }
    }

    var xml: String {
        var opportunity = opportunity
        opportunity.children = accommodations + scores + items
        return Element("TDSReport", [:], [test] + (hasExaminee ? [examinee] : []) + [opportunity] + tail).xml
    }

    var bytes: [UInt8] { Array(xml.utf8) }
}
