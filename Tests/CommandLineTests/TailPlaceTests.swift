import Testing

import strongroom

@Suite struct TailPlaceTests {
    /// A log as `tail` sees it through a filter, and what has been shown of it.
    private struct Watch {
        /// In order; true for what the filter wants.
        var log: [(number: String, isWanted: Bool)] = []
        var place: TailPlace
        var shown: [String] = []
        var asked: [String?] = []

        /// One round; `late` comes between the question for the newest and the page.
        mutating func poll(pageCount: Int = 1000, late: [(String, Bool)] = []) {
            let newest = log.last?.number
            log += late.map { (number: $0.0, isWanted: $0.1) }
            asked.append(place.startAfter)
            let start = log.firstIndex { $0.number == place.startAfter }.map { $0 + 1 } ?? 0
            let wanted = log[start...].filter(\.isWanted).map(\.number)
            let page = Array(wanted.prefix(pageCount))
            shown += page.filter { place.isNew($0) }
            place.move(
                past: page, next: page.count < pageCount ? nil : page.last, newest: newest)
        }
    }

    @Test func `what no filter wants is looked through once`() {
        var watch = Watch(place: TailPlace(startAfter: "0", isOrdered: true))
        watch.log = (0..<100).map { (number: String($0), isWanted: false) }
        watch.poll()
        watch.poll()
        #expect(watch.asked == ["0", "99"])
    }

    @Test func `what comes while a page is asked for is shown once`() {
        var watch = Watch(place: TailPlace(startAfter: "0", isOrdered: true))
        watch.log = [("0", false), ("1", true), ("2", false)]
        watch.poll(late: [("3", true), ("4", false)])
        #expect(watch.shown == ["1", "3"])
        watch.poll(late: [("5", true)])
        watch.poll()
        watch.poll()
        #expect(watch.shown == ["1", "3", "5"])
        #expect(watch.asked == ["0", "2", "4", "5"])
    }

    @Test func `numbers in no order are told apart all the same`() {
        var watch = Watch(place: TailPlace(startAfter: "77", isOrdered: false))
        watch.log = [("77", false), ("12", true), ("50", false)]
        watch.poll(late: [("9", true)])
        watch.poll(late: [("31", false), ("2", true)])
        watch.poll()
        #expect(watch.shown == ["12", "9", "2"])
        #expect(watch.asked == ["77", "50", "9"])
    }

    @Test func `a full page is followed by the next, and nothing is left out in between`() {
        var watch = Watch(place: TailPlace(startAfter: "0", isOrdered: true))
        watch.log = (0...9).map { (number: String($0), isWanted: $0 > 0) }
        for _ in 0..<4 { watch.poll(pageCount: 4, late: [(String(watch.log.count), true)]) }
        #expect(watch.shown == (1..<watch.log.count).map(String.init))
    }

    @Test func `who begins behind an event to come is not taken back`() {
        var place = TailPlace(startAfter: "500", isOrdered: true)
        place.move(past: [], next: nil, newest: "20")
        #expect(place.startAfter == "500")
    }

    @Test func `without a question for the newest the page itself says how far it goes`() {
        var place = TailPlace(startAfter: "5", isOrdered: true)
        place.move(past: ["6", "7"], next: nil, newest: nil)
        #expect(place.startAfter == "7")
        place.move(past: [], next: nil, newest: nil)
        #expect(place.startAfter == "7")
    }
}
