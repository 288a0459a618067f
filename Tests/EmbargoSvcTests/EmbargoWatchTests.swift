import Contracts
import Foundation
import Messaging
import Support
import Testing

@testable import EmbargoWatch

/// What a subscriber makes of hints and pages, and where it keeps them (docs/embargo-notifications.md).
@Suite struct EmbargoWatchTests {
    static let epoch = [UInt8](repeating: 1, count: 16)
    static let other = [UInt8](repeating: 2, count: 16)

    static func notification(_ sequence: Int64) -> EmbargoNotification {
        .with {
            $0.sequence = sequence
            ($0.schoolYear, $0.level, $0.naturalID) = (2020, .district, "00112233000000")
            ($0.kind, $0.value, $0.atUs) = (.individual, .released, 1_600_000_000_000_000 + sequence)
        }
    }
    static func publication(_ epoch: [UInt8], head: Int64, _ sequence: Int64? = nil) -> EmbargoPublication {
        .with {
            ($0.epoch, $0.head) = (epoch, head)
            $0.notification = sequence.map(notification)
        }
    }
    static func page(_ epoch: [UInt8], head: Int64, _ sequences: [Int64], beginAgain: Bool = false) -> ReplayPage {
        .with {
            ($0.epoch, $0.head, $0.beginAgain) = (epoch, head, beginAgain)
            $0.notifications = sequences.map(notification)
        }
    }

    @Test("a hint: only the one that follows is taken; what is missing is asked for; what is known is dropped")
    func hints() {
        let following = Following(position: .init(epoch: Self.epoch, sequence: 5))
        #expect(following.judge(Self.publication(Self.epoch, head: 6, 6)) == .next(Self.notification(6)))
        #expect(following.judge(Self.publication(Self.epoch, head: 9, 6)) == .next(Self.notification(6)))
        for sequence: Int64 in [1, 5] {
            #expect(following.judge(Self.publication(Self.epoch, head: 5, sequence)) == .known, "published again")
        }
        #expect(following.judge(Self.publication(Self.epoch, head: 5)) == .known, "a heartbeat")
        #expect(following.judge(Self.publication(Self.epoch, head: 6)) == .ask, "a heartbeat that tells of a loss")
        #expect(following.judge(Self.publication(Self.epoch, head: 7, 7)) == .ask, "a gap")
        #expect(following.judge(Self.publication(Self.other, head: 6, 6)) == .ask, "another epoch")
        #expect(following.judge(Self.publication(Self.epoch, head: 4)) == .ask, "a log behind the position")
        #expect(following.judge(nil) == .ask)
        #expect(Following(position: .init()).judge(Self.publication(Self.epoch, head: 1, 1)) == .ask, "no epoch yet")
    }

    @Test("pages are taken in order; one with a gap is refused instead of believed")
    func pages() throws {
        var following = Following(position: .init())
        #expect(try following.follow(Self.page(Self.epoch, head: 3, [1, 2])).count == 2)
        #expect(following.position == .init(epoch: Self.epoch, sequence: 2))
        #expect(throws: EmbargoWatch.Broken.self) { try following.follow(Self.page(Self.epoch, head: 5, [4, 5])) }
        #expect(throws: EmbargoWatch.Broken.self) { try following.follow(Self.page(Self.epoch, head: 5, [2])) }
        #expect(throws: EmbargoWatch.Broken.self) { try following.follow(Self.page([], head: 5, [3])) }
        #expect(following.position.sequence == 2)
        let again = try following.follow(Self.page(Self.other, head: 1, [], beginAgain: true))
        #expect(again == [.beginAgain(.init(epoch: Self.other, sequence: 0))])
        #expect(try following.follow(Self.page(Self.other, head: 1, [1])).count == 1)
        var start = Following(position: .init())
        #expect(throws: EmbargoWatch.Broken.self) {
            try start.follow(Self.page(Self.epoch, head: 1, [], beginAgain: true))
        }
    }

    static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ers-journal-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test("a journal cut off at any byte goes on behind its last whole line", arguments: 0..<20)
    func cutOff(seed: Int) throws {
        var random = SeededGenerator(seed: seed)
        try Self.withFolder { folder in
            let file = "\(folder)/journal"
            let deliveries: [EmbargoWatch.Delivery] =
                (1...8).map { .change(Self.notification($0), .init(epoch: Self.epoch, sequence: $0)) }
                + [.beginAgain(.init(epoch: Self.other, sequence: 0))]
                + (1...3).map { .change(Self.notification($0), .init(epoch: Self.other, sequence: $0)) }
            do {
                let journal = try Journal(file: file)
                for delivery in deliveries { try journal.take(delivery) }
            }
            let whole = try Data(contentsOf: URL(fileURLWithPath: file))
            let cut = Int.random(in: 0...whole.count, using: &random)
            try whole.prefix(cut).write(to: URL(fileURLWithPath: file))
            let kept = whole.prefix(cut).count { $0 == UInt8(ascii: "\n") }
            do {
                let journal = try Journal(file: file)
                let expected: EmbargoWatch.Position =
                    switch kept == 0 ? nil : deliveries[kept - 1] {
                    case .change(_, let position)?, .beginAgain(let position)?: position
                    case nil: .init()
                    }
                #expect(journal.position == expected, "seed \(seed), cut at \(cut)")
                for delivery in deliveries[kept...] { try journal.take(delivery) }
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == whole, "seed \(seed), cut at \(cut)")
        }
    }

    @Test("a journal has one writer, and nothing else is taken for one")
    func refusals() throws {
        try Self.withFolder { folder in
            let file = "\(folder)/journal"
            let first = try Journal(file: file)
            #expect(throws: Journal.Problem.self) { try Journal(file: file) }
            withExtendedLifetime(first) {}
            for text in [
                "hello", "hello\n", "{}\n", "{\"epoch\":\"zz\",\"sequence\":1}\n", "{\"epoch\":\"\",\"sequence\":1}\n",
            ] {
                let other = "\(folder)/other"
                try text.write(toFile: other, atomically: true, encoding: .utf8)
                #expect(throws: Journal.Problem.self, "\(text)") { try Journal(file: other) }
                #expect(try String(contentsOfFile: other, encoding: .utf8) == text, "left as it was")
            }
            #expect(throws: Journal.Problem.self) { try Journal(file: "\(folder)/none/journal") }
        }
    }
}
