/// A date and time of day in UTC, by the Gregorian calendar counted back and forth without end.
struct CivilTime {
    var year: Int
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    var second: Int

    private static let secondsPerDay = 86400
    private static let daysPerEra = 146_097

    /// Seconds since 1970-01-01T00:00:00Z.
    init(seconds: Int) {
        let (days, rest) = seconds.flooredDivision(by: CivilTime.secondsPerDay)
        hour = rest / 3600
        minute = rest / 60 % 60
        second = rest % 60
        // Years begin in March, so that a leap day is the last of its year; an era is 400 years.
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: CivilTime.daysPerEra)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Nil for what is not a date of the calendar or a time of day; a leap second is neither.
    init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        guard (1...12).contains(month), (0..<24).contains(hour), (0..<60).contains(minute),
            (0..<60).contains(second), day >= 1,
            day <= CivilTime.dayCount(month: month, year: year)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
    }

    var seconds: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shiftedYear.flooredDivision(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * CivilTime.daysPerEra + dayOfEra - 719_468
        return days * CivilTime.secondsPerDay + hour * 3600 + minute * 60 + second
    }

    /// 0 is Sunday; 1970-01-01 was a Thursday.
    static func weekday(seconds: Int) -> Int {
        (seconds.flooredDivision(by: secondsPerDay).quotient + 4).flooredDivision(by: 7).remainder
    }

    private static func dayCount(month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Int {
    /// Rounds down, so that the remainder is never negative.
    func flooredDivision(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
