import Calendar
import Contracts

extension JSONWriter {
    /// The import resource (ingest §2.4): members without a value are left out, links are absolute.
    mutating func importResource(_ item: Import, origin: String) {
        object {
            $0.field("id", item.id)
            $0.field("content", item.content)
            $0.member("contentType", item.contentType)
            $0.member("digest", item.digest)
            $0.field("status", item.status)
            $0.member("batch", item.batch)
            $0.member("creator", item.creator)
            $0.field("created", Moment(microseconds: item.createdAtUs).description)
            $0.field("updated", Moment(microseconds: item.updatedAtUs).description)
            if let message = item.message { $0.field("message", message) }
            $0.object("_links") {
                $0.link("self", "\(origin)/imports/\(item.id)")
                $0.link("payload", "\(origin)/imports/\(item.id)/payload")
                $0.link("payload-properties", "\(origin)/imports/\(item.id)/payload/properties")
            }
        }
    }

    private mutating func member(_ name: StaticString, _ value: String) {
        if !value.isEmpty { field(name, value) }
    }

    private mutating func link(_ name: StaticString, _ target: String) {
        object(name) { $0.field("href", target) }
    }
}
