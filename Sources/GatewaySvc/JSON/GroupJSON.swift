import Calendar
import Contracts

extension JSONWriter {
    mutating func group(_ group: StudentGroup) {
        object {
            $0.field("id", group.id)
            $0.field("name", group.name)
            $0.object("school") {
                $0.field("id", group.schoolID)
                $0.field("name", group.schoolName)
            }
            $0.field("schoolYear", group.schoolYear)
            $0.field("subject", group.subject.nonEmpty)
            $0.field("students", group.students)
        }
    }

    mutating func upload(_ upload: GroupUpload) {
        object {
            $0.field("id", upload.id)
            $0.field("fileName", upload.fileName)
            $0.field("created", Moment(microseconds: upload.createdAtUs).wholeSeconds)
            $0.field("status", upload.status)
            $0.field("message", upload.message.nonEmpty)
            $0.field("uploader", upload.uploader.nonEmpty)
        }
    }
}
