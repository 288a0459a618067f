import Calendar
import Foundation
import Testing

/// Days and instants against Foundation's, and everything that is none.
struct CalendarTests {
    @Test func everyDayOfFourCenturiesIsThatOfFoundation() throws {
        var calendar = Foundation.Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        var previous: CalendarDay?
        for year in 1800..<2200 {
            for month in 1...12 {
                for day in 1...32 {
                    let parts = DateComponents(year: year, month: month, day: day)
                    guard let ours = CalendarDay(year: year, month: month, day: day) else {
                        #expect(day > 28)
                        continue
                    }
                    if let previous { #expect(ours.daysSince1970 == previous.daysSince1970 + 1) }
                    previous = ours
                    #expect(ours.parts == (year, month, day))
                    if day == 1 {
                        let date = try #require(calendar.date(from: parts))
                        #expect(Double(ours.daysSince1970) * 86_400 == date.timeIntervalSince1970)
                    }
                }
            }
        }
    }

    @Test(arguments: [
        "0001-01-01", "1582-10-10", "1900-02-28", "1969-12-31", "1970-01-01", "2000-02-29", "2019-01-21", "9999-12-31",
    ])
    func daysReadAndWrite(text: String) throws {
        #expect(try #require(CalendarDay(parsing: text)).description == text)
    }

    @Test(arguments: [
        "", "2019", "2019-1-1", "2019-02-29", "1900-02-29", "2019-13-01", "2019-00-10", "2019-01-00", "2019-01-32",
        "0000-01-01",
        "12019-01-01", "2019/01/01", "2019-01-01 ", " 2019-01-01", "2019-01-01Z", "-019-01-01", "2019-0１-1",
        "٢٠١٩-01-01", "20190101xx",
        "2019-+1-01",
    ])
    func refusesDays(text: String) { #expect(CalendarDay(parsing: text) == nil) }

    /// One instant in five forms (ingest §16.9).
    @Test(
        "the same instant with Z, with offsets and without zone",
        arguments: [
            ("2019-01-21T19:11:09.593Z", "2019-01-21T11:11:09.593-08:00"),
            ("2019-01-21T19:11:09.593", "2019-01-21T19:11:09.593000Z"),
            ("2019-01-21T24:00:00", "2019-01-22T00:00:00Z"),
            ("2018-12-31T23:59:59.999999-14:00", "2019-01-01T13:59:59.9999990"),
            ("2019-03-01T00:30:00+05:45", "2019-02-28T18:45:00.0"),
        ])
    func sameInstant(one: String, other: String) throws {
        #expect(try #require(Moment(parsing: one)) == #require(Moment(parsing: other)))
    }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.000001", 1), ("1969-12-31T23:59:59.999999Z", -1),
            ("2019-01-21T11:11:09.593000", 1_548_069_069_593_000), ("1970-01-01T00:00:00.1234567", 123_456),
        ] as [(String, Int64)])
    func microseconds(text: String, expected: Int64) { #expect(Moment(parsing: text)?.microseconds == expected) }

    @Test(arguments: [
        "", "2019-01-21", "2019-01-21T11:11", "2019-01-21 11:11:09", "2019-01-21T11:11:60", "2016-12-31T23:59:60Z",
        "2019-01-21T24:00:01",
        "2019-01-21T24:00:00.1", "2019-01-21T25:00:00", "2019-01-21T11:60:00", "2019-01-21T11:11:09.",
        "2019-01-21T11:11:09.Z",
        "2019-01-21T11:11:09z", "2019-01-21T11:11:09+8:00", "2019-01-21T11:11:09+0800", "2019-01-21T11:11:09+14:01",
        "2019-01-21T11:11:09+99:00", "2019-01-21T11:11:09Zx", "2019-02-29T11:11:09", "99999-01-21T11:11:09",
        "-2019-01-21T11:11:09",
        "2019-01-21T11:11:09,5", "2019-01-21T1１:1:09", "2019-01-21T11:11:09.593 Z", "0000-01-01T00:00:00",
    ])
    func refusesMoments(text: String) { #expect(Moment(parsing: text) == nil) }

    @Test func edgesDoNotTrap() {
        #expect(Moment(parsing: "0001-01-01T00:00:00+14:00")?.dayInUTC == nil)
        #expect(Moment(parsing: "9999-12-31T24:00:00-14:00")?.dayInUTC == nil)
        #expect(Moment(microseconds: .min).dayInUTC == nil)
        #expect(Moment(microseconds: .max).description.hasSuffix("µs"))
        #expect(Moment(microseconds: -1).description == "1969-12-31T23:59:59.999999Z")
        #expect(Moment(parsing: "2019-01-21T11:11:09." + String(repeating: "9", count: 1000)) == nil)
    }

    @Test func theStatesDayChangesAtItsOwnMidnight() throws {
        let pacific = try #require(StateTime("America/Los_Angeles"))
        #expect(StateTime("Nowhere/Land") == nil)
        for (moment, day) in [
            ("2019-01-22T07:59:59.999999Z", "2019-01-21"), ("2019-01-22T08:00:00Z", "2019-01-22"),
            ("2019-07-01T06:59:59Z", "2019-06-30"), ("2019-07-01T07:00:00Z", "2019-07-01"),
            ("1969-12-31T23:00:00Z", "1969-12-31"), ("1970-01-01T07:59:59Z", "1969-12-31"),
        ] {
            #expect(pacific.day(of: try #require(Moment(parsing: moment)))?.description == day)
        }
        #expect(pacific.day(of: Moment(microseconds: .min)) == nil)
        #expect(pacific.day(of: Moment(microseconds: .max)) == nil)
    }

    @Test func aDayBeginsAtTheStatesMidnight() throws {
        let pacific = try #require(StateTime("America/Los_Angeles"))
        for (day, moment) in [
            ("2019-01-22", "2019-01-22T08:00:00Z"), ("2019-07-01", "2019-07-01T07:00:00Z"),
            ("2019-03-10", "2019-03-10T08:00:00Z"), ("2019-03-11", "2019-03-11T07:00:00Z"),
            ("2019-11-03", "2019-11-03T07:00:00Z"), ("2019-11-04", "2019-11-04T08:00:00Z"),
        ] {
            let start = pacific.start(of: try #require(CalendarDay(parsing: day)))
            #expect(start == Moment(parsing: moment), "\(day)")
        }
        // East of Greenwich midnight in UTC lies in the next day.
        let tokyo = try #require(StateTime("Asia/Tokyo"))
        let start = tokyo.start(of: try #require(CalendarDay(parsing: "2019-01-22")))
        #expect(start == Moment(parsing: "2019-01-21T15:00:00Z"))
        for day in ["0001-01-01", "9999-12-31"] { _ = pacific.start(of: try #require(CalendarDay(parsing: day))) }
    }

    @Test(
        "the label of a school year (results §1.1)",
        arguments: [
            (2018, "2017-18"), (2000, "1999-00"), (2021, "2020-21"), (2009, "2008-09"), (2100, "2099-00"),
        ] as [(Int32, String)])
    func schoolYear(ending: Int32, label: String) { #expect(SchoolYear(ending: ending).label == label) }
}
