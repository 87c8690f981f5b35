internal import HTTP
internal import Octets

/// The query of a request: each name known, and there once.
struct Parameters {
    private var values: [String: String] = [:]

    init(_ query: [Target.QueryItem], known: [String]) throws(Ending) {
        for item in query {
            guard known.contains(item.name), values[item.name] == nil else {
                throw Parameters.invalid(item.name, "There is no such parameter, or it is there twice.")
            }
            values[item.name] = item.value
        }
    }

    func text(_ name: String) -> String? { values[name] }

    /// A whole number in `range`; `otherwise` if it is not there.
    func number(_ name: String, in range: ClosedRange<Int>, otherwise: Int) throws(Ending) -> Int {
        guard let text = values[name] else { return otherwise }
        let digits = Array(text.utf8)
        guard let number = decimal(digits.span, as: Int.self), range.contains(number) else {
            throw Parameters.invalid(name, "It must be a number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    /// `true` or `false`; nil if it is not there.
    func flag(_ name: String) throws(Ending) -> Bool? {
        switch values[name] {
        case nil: return nil
        case "true": return true
        case "false": return false
        default: throw Parameters.invalid(name, "It must be true or false.")
        }
    }

    static func invalid(_ name: String, _ message: String) -> Ending {
        .problem(Problem(.badRequest, "invalid_parameter", message, field: name))
    }
}
