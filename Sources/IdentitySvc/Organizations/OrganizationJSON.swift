import Ledger

/// Makes organizations of the JSON that a registry gives: any JSON, any order of parents and children.
///
/// Rule: ingest §6.1.
struct OrganizationJSON {
    static let members: Set<String> = [
        "entityType", "entityId", "entityName", "parentEntityId", "parentEntityType", "nationwideIdentifier",
    ]

    private enum Kind: String {
        case districtGroup = "GROUPOFDISTRICTS"
        case district = "DISTRICT"
        case schoolGroup = "GROUPOFINSTITUTIONS"
        case school = "INSTITUTION"
    }

    /// What one object says of itself.
    private struct Entity {
        var kind: Kind
        var id: String
        var name: String
        var externalID: String?
        var parentID: String
        /// Upper case; nil when not given.
        var parentType: String?
    }

    private struct Key: Hashable {
        var kind: Kind
        var id: String
    }

    private var messages = ImportMessages()
    /// In the order of the file; of two with one id the last one counts.
    private var entities: [Entity] = []
    private var known: [Key: Int] = [:]

    /// - Throws: `ImportRefusal` `BAD_DATA` with everything that is wrong, in the order of the file.
    static func resolve(_ objects: [JSONObjects.Object]) throws(ImportRefusal) -> OrganizationSet {
        var reading = OrganizationJSON()
        for object in objects { reading.collect(object) }
        var set = OrganizationSet(knowsGroups: true)
        for entity in reading.entities { reading.place(entity, in: &set) }
        guard reading.messages.isEmpty else { throw ImportRefusal(.badData, reading.messages.collectedText()) }
        return set
    }

    private mutating func collect(_ object: JSONObjects.Object) {
        guard case .some(.some(let type)) = object["entityType"],
            let kind = Kind(rawValue: OrganizationText.trim(type).uppercased())
        else { return }
        let id = OrganizationText.check("entityId", object["entityId"] ?? nil, 40, &messages)
        let name = OrganizationText.check("entityName", object["entityName"] ?? nil, 100, &messages)
        let parentID = OrganizationText.check("parentEntityId", object["parentEntityId"] ?? nil, 40, &messages)
        var externalID: String?
        if let given = (object["nationwideIdentifier"] ?? nil).map(OrganizationText.trim), !given.isEmpty {
            externalID = OrganizationText.check("nationwideIdentifier", given, 40, &messages)
        }
        guard let id, let name, let parentID else { return }
        let parentType = (object["parentEntityType"] ?? nil).map { OrganizationText.trim($0).uppercased() }
        let entity = Entity(
            kind: kind, id: id, name: name, externalID: externalID, parentID: parentID,
            parentType: parentType.flatMap { $0.isEmpty ? nil : $0 })
        if let index = known[Key(kind: kind, id: id)] {
            entities[index] = entity
        } else {
            known[Key(kind: kind, id: id)] = entities.count
            entities.append(entity)
        }
    }

    private mutating func place(_ entity: Entity, in set: inout OrganizationSet) {
        switch entity.kind {
        case .districtGroup:
            guard isUnderState(entity) || parent(of: entity, allowed: []) != nil else { return }
            set.districtGroups.append(.init(naturalID: entity.id, name: entity.name, externalID: entity.externalID))
        case .district:
            var group: String?
            if !isUnderState(entity) {
                guard let parent = parent(of: entity, allowed: [.districtGroup]) else { return }
                group = parent.id
            }
            set.districts.append(
                .init(naturalID: entity.id, name: entity.name, externalID: entity.externalID, group: group))
        case .schoolGroup:
            // A group of schools is always inside one district, so `STATE` or nothing cannot be meant.
            guard let parent = parent(of: entity, allowed: [.district], assumed: .district) else { return }
            set.schoolGroups.append(
                .init(naturalID: entity.id, name: entity.name, externalID: entity.externalID, district: parent.id))
        case .school:
            place(school: entity, in: &set)
        }
    }

    private mutating func place(school entity: Entity, in set: inout OrganizationSet) {
        var school = OrganizationSet.School(
            naturalID: entity.id, name: entity.name, externalID: entity.externalID, district: entity.parentID,
            group: nil)
        switch entity.parentType {
        case "STATE": return
        case nil:
            guard known[Key(kind: .district, id: entity.parentID)] != nil else { return }
        default:
            guard let parent = parent(of: entity, allowed: [.district, .schoolGroup]) else { return }
            if parent.kind == .schoolGroup {
                school.group = parent.id
                school.district = parent.parentID
            }
        }
        set.schools.append(school)
    }

    private func isUnderState(_ entity: Entity) -> Bool {
        entity.parentType == nil || entity.parentType == "STATE"
    }

    /// The entity above; nil, with an entry in `messages`, when the file has none of the kind that may stand there.
    private mutating func parent(of entity: Entity, allowed: [Kind], assumed: Kind? = nil) -> Entity? {
        var type = entity.parentType ?? ""
        if let assumed, type.isEmpty || type == "STATE" { type = assumed.rawValue }
        if let kind = Kind(rawValue: type), allowed.contains(kind),
            let index = known[Key(kind: kind, id: entity.parentID)]
        {
            return entities[index]
        }
        messages.add("\(entity.id) parent", nil, "unknown \(type) [\(entity.parentID)]")
        return nil
    }
}
