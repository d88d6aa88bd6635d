/// The value of a `Date` field (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
package enum IMFDate {
    package static let byteCount = 29

    /// Years from 1 to 9999 have the form's four digits; other times are brought into that range.
    package static func append<Sink: ByteSink & ~Copyable>(
        secondsSinceEpoch: Int, to sink: inout Sink
    ) {
        let seconds = min(max(secondsSinceEpoch, Timestamp.secondsMin), Timestamp.secondsMax)
        let time = CivilTime(seconds: seconds)
        sink.append(weekdays[CivilTime.weekday(seconds: seconds)])
        sink.append(", ")
        sink.append(decimal: time.day, width: 2)
        sink.append(Octet.space)
        sink.append(months[time.month - 1])
        sink.append(Octet.space)
        sink.append(decimal: time.year, width: 4)
        sink.append(Octet.space)
        sink.append(decimal: time.hour, width: 2)
        sink.append(Octet.colon)
        sink.append(decimal: time.minute, width: 2)
        sink.append(Octet.colon)
        sink.append(decimal: time.second, width: 2)
        sink.append(" GMT")
    }

    private static let weekdays: [StaticString] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
