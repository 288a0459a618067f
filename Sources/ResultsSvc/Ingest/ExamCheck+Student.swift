/// Step 7 of the order in ingest §3.3, and the groups of §3.13.
extension ExamCheck {
    mutating func checkStudent() -> (StudentDraft?, groupNames: [String]) {
        if examinee.isDemo { values.problems.add("isDemo", "true", "demo students are not supported") }
        let firstName = text(.firstName, limit: 60)
        let lastName = text(.lastOrSurname, limit: 60)
        let middleName = text(.middleName, limit: 60)
        let aliasName = text(.aliasName, limit: 60)
        let ssid = values.text(
            ExamineeField.studentIdentifier.name, examinee[.studentIdentifier], limit: 65, required: true)
        let birthday = date(.birthdate)
        let gender = code(.sex, kind: "gender") { ExamCodes.genders.number($0) }
        let usEntry = date(.firstEntryDate)
        let lepEntry = date(.lepEntryDate)
        let lepExit = date(.lepExitDate)
        let ethnicities = checkEthnicities()
        let groupNames = checkGroupNames()
        let student = ssid.map { ssid in
            StudentDraft(
                ssid: ssid, firstName: firstName, lastName: lastName, middleName: middleName, aliasName: aliasName,
                gender: gender, birthday: birthday, usEntry: usEntry, lepEntry: lepEntry, lepExit: lepExit,
                ethnicities: ethnicities)
        }
        return (student, groupNames)
    }

    private mutating func checkEthnicities() -> Int16 {
        var bits: Int16 = 0
        for (field, number) in ExamineeField.ethnicities
        where values.boolean(field.name, examinee[field], required: false) == true {
            bits |= 1 << (number - 1)
        }
        if bits == 0 && isRequired("Ethnicity") {
            values.problems.add("Ethnicity", "none", "must provide at least one value for Ethnicity")
        }
        return bits
    }

    /// All the FINAL names, else all the INITIAL ones, as a set.
    private mutating func checkGroupNames() -> [String] {
        let names = examinee.finalGroupNames.isEmpty ? examinee.initialGroupNames : examinee.finalGroupNames
        var set: Set<String> = []
        for name in names {
            if let name = values.text(ExamineeField.groupName, name, limit: 255, required: true) { set.insert(name) }
        }
        return set.sorted()
    }
}
