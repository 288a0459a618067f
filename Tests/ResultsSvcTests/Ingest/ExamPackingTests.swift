import Calendar
import Testing

@testable import ResultsSvc

/// What goes into the packed columns comes out of them, and equal content is known again (ingest §3.11).
struct ExamPackingTests {
    private func exam(_ change: (inout Transmission) -> Void = { _ in }) throws -> ExamDraft {
        var transmission = Transmission()
        transmission.scores += [
            Transmission.score("1-LT|4-3", "StudentRelativeResidualScore", "0.123456789012345678"),
            Transmission.score("1-LT|4-3", "ProficiencyDelta", "-0.5"),
            Transmission.score("SOCK_ARGU_ORG", "RawScore", "3"),
            Transmission.score("SOCK_R", "ThetaScore", "1.25", "0.5"), Transmission.score("A1", "ThetaScore", "2"),
        ]
        transmission.items.append(
            Transmission.item(
                "102", position: 400, score: "-1", response: "<é😀>",
                info: Transmission.info("Overall", "1", [Transmission.info("Conventions", "1")])))
        change(&transmission)
        return try #require(ExamRules.seed().judge(transmission.bytes).result).exam
    }

    @Test func columnsComeBack() throws {
        let exam = try exam()
        let packed = PackedExam(exam)
        #expect(try ExamPacking.items(packed.items, packed.responses, completed: exam.completed) == exam.items)
        #expect(try ExamPacking.traits(packed.traits) == exam.traits)
        #expect(try ExamPacking.targets(packed.targets) == exam.targets)
        let extra = try ExamPacking.extra(packed.extra)
        #expect(extra.delivery == exam.delivery)
        #expect(extra.student == exam.student)
        #expect(extra.thetas.map(\.theta) == [1.25, nil, 2])
        let silent = try ExamPacking.items(packed.items, nil, completed: exam.completed)
        #expect(silent.map(\.response) == ["", "", ""])
        #expect(silent.map(\.scoreMilli) == exam.items.map(\.scoreMilli))
    }

    @Test func extremesComeBack() throws {
        let item = ExamDraft.ItemScore(
            ordinal: .max, position: .max, scoreMilli: .min, scoreStatus: nil, isSelected: false,
            administered: Moment(microseconds: .max), submitted: Moment(microseconds: .min), visits: .max,
            durationMicroseconds: .max,
            mimeType: .min, pageNumber: .max, pageVisits: .max, pageMilliseconds: .min, responseType: nil, response: "",
            traits: [])
        for completed in [Moment(microseconds: .min), Moment(microseconds: .max), Moment(microseconds: 0)] {
            let bytes = ExamPacking.items([item], completed: completed)
            #expect(try ExamPacking.items(bytes, ExamPacking.responses([item]), completed: completed) == [item])
        }
    }

    @Test func damagedBytesAreAnError() throws {
        let packed = PackedExam(try exam())
        for column in [packed.items, packed.extra, packed.traits, packed.targets] {
            for end in 0..<column.count {
                let part = Array(column[..<end])
                #expect(throws: PackingDamaged.self) {
                    if column == packed.items {
                        _ = try ExamPacking.items(part, nil, completed: Moment(microseconds: 0))
                    } else if column == packed.extra {
                        _ = try ExamPacking.extra(part)
                    } else if column == packed.traits {
                        _ = try ExamPacking.traits(part)
                    } else {
                        _ = try ExamPacking.targets(part)
                    }
                }
            }
        }
        var state: UInt64 = 5
        for _ in 0..<5000 {
            var bytes = packed.items
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
            do { _ = try ExamPacking.items(bytes, packed.responses, completed: Moment(microseconds: 0)) } catch {
                #expect(error is PackingDamaged)
            }
        }
    }

    @Test("trap 18: same content in other bytes") func otherSpellingsAreTheSameContent() throws {
        let one = PackedExam(try exam())
        let other = PackedExam(
            try exam {
                $0.opportunity["dateCompleted"] = "2019-05-01T02:00:00.000-08:00"
                $0.test["grade"] = "03"
                $0.test["subject"] = "ela"
                $0.opportunity["validity"] = "valid"
                $0.opportunity["qaLevel"] = "x"
                $0.attribute("IDEAIndicator", "F")
                $0.attribute("Unheard", "of")
                $0.scores[0]["value"] = "2400.0"
                $0.scores.reverse()
            })
        #expect(one.contentHash == other.contentHash)
        #expect(one.content == other.content)
        #expect(one.draft.hasContent(of: other.draft))
    }

    @Test("every stored value counts", arguments: 0..<24)
    func everyValueCounts(index: Int) throws {
        let changes: [(inout Transmission) -> Void] = [
            { $0.opportunity["statusDate"] = "2019-05-02T10:00:00.000001Z" }, { $0.opportunity["statusDate"] = nil },
            { $0.opportunity["sessionId"] = "ses-2" }, { $0.opportunity["administrationCondition"] = "NS" },
            { $0.opportunity["completeness"] = "Partial" }, { $0.opportunity["status"] = "reported" },
            { $0.opportunity["taId"] = "t" }, { $0.opportunity["itemCount"] = "4" },
            { $0.test["assessmentVersion"] = "8" },
            { $0.attribute("IDEAIndicator", "Yes") }, { $0.attribute("FirstName", "Anna") },
            { $0.attribute("LEPStatus", "No") },
            { $0.relationship("SchoolId", "school-2") }, { $0.scores[0]["value"] = "2401" },
            { $0.scores[0]["standardError"] = "31" },
            { $0.scores[1]["value"] = "3" }, { $0.scores[2]["value"] = "0.1236" }, { $0.scores[4]["value"] = "2" },
            { $0.scores[5]["value"] = "1.26" }, { $0.items[0]["score"] = "1" }, { $0.items[0].children[0].text = "C" },
            { $0.items[2].children[1].children[0].children[0]["scorePoint"] = "2" }, { $0.items.removeLast() },
            { $0.test["academicYear"] = "2018" },
        ]
        let one = PackedExam(try exam())
        let other = PackedExam(try exam(changes[index]))
        #expect(one.contentHash != other.contentHash)
        #expect(one.content != other.content)
        #expect(!one.draft.hasContent(of: other.draft))
        #expect(!other.draft.hasContent(of: one.draft))
    }

    @Test func decimalsMayDifferByARounding() throws {
        let one = try exam()
        let near = try exam {
            $0.scores[0]["value"] = "2400.02"
            $0.scores[2]["value"] = "0.1234569"
            $0.scores[5]["value"] = "1.250009"
        }
        #expect(PackedExam(one).contentHash != PackedExam(near).contentHash)
        #expect(one.hasContent(of: near))
        #expect(near.hasContent(of: one))
        #expect(!one.hasContent(of: try exam { $0.scores[0]["value"] = "2400.03" }))
        #expect(!one.hasContent(of: try exam { $0.scores[2]["value"] = "-0.123456789012345678" }))
    }
}
