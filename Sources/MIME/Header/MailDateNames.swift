internal import Octets

/// The names of months and zones.
enum MailDateNames {
    /// The month that `word` begins with: in English, or in one of the languages that mail programs were seen to use.
    static func month(_ word: Span<UInt8>) -> Int? {
        guard word.count >= 3 else { return nil }
        let start = word.extracting(first: 3)
        if let index = DateTime.monthNames.firstIndex(where: { HeaderFields.matches(start, 0..<3, $0) }) {
            return index + 1
        }
        let name = String(decoding: word).lowercased()
        return otherMonths.first { name.hasPrefix($0.key) }?.value
    }

    /// Minutes east of UTC; nil if the name is not known or has more than one meaning. RFC 5322 §4.3.
    static func zone(_ word: Span<UInt8>) -> Int? {
        guard word.count <= 5 else { return nil }
        return zones[String(decoding: word).asciiUppercased]
    }

    /// Beginnings that are not those of the English names: German, Dutch, French, Spanish, Italian, Portuguese, the Nordic
    /// languages, Polish, Czech and Russian. None begins another, and none is a day's name but `mar`, which is English too.
    private static let otherMonths: KeyValuePairs = [
        "mär": 3, "mrz": 3, "mai": 5, "okt": 10, "dez": 12, "mrt": 3, "mei": 5, "jän": 1,
        "fév": 2, "fev": 2, "avr": 4, "juin": 6, "juil": 7, "aoû": 8, "aou": 8, "déc": 12,
        "ene": 1, "abr": 4, "ago": 8, "dic": 12, "gen": 1, "mag": 5, "giu": 6, "lug": 7, "set": 9, "ott": 10, "out": 10,
        "maj": 5, "des": 12, "sty": 1, "lut": 2, "kwi": 4, "cze": 6, "lip": 7, "sie": 8, "wrz": 9, "paź": 10, "lis": 11,
        "gru": 12, "led": 1, "úno": 2, "bře": 3, "dub": 4, "kvě": 5, "červenec": 7, "čer": 6, "srp": 8, "zář": 9,
        "říj": 10,
        "pro": 12, "янв": 1, "фев": 2, "мар": 3, "апр": 4, "май": 5, "мая": 5, "июн": 6, "июл": 7, "авг": 8, "сен": 9,
        "окт": 10, "ноя": 11, "дек": 12,
    ]

    private static let zones: [String: Int] = [
        "UT": 0, "GMT": 0, "UTC": 0, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
        "PST": -480, "PDT": -420,
        // Not in RFC 5322, with one common meaning.
        "AKST": -540, "AKDT": -480, "HST": -600, "NST": -210, "NDT": -150, "BRT": -180, "BRST": -120, "WET": 0,
        "WEST": 60,
        "BST": 60, "CET": 60, "MET": 60, "MEZ": 60, "CEST": 120, "MEST": 120, "MESZ": 120, "EET": 120, "EEST": 180,
        "SAST": 120, "MSK": 180, "MSD": 240, "PKT": 300, "WIB": 420, "HKT": 480, "SGT": 480, "AWST": 480, "JST": 540,
        "KST": 540, "ACST": 570, "ACDT": 630, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780,
    ]
}
