/// A JSON5 value and where it stands in its file, so that an error can point at it.
struct JSON5: Equatable, Sendable {
    /// A place in a text; both count from 1, the column in characters of the line.
    struct Position: Equatable, Sendable {
        var line: Int
        var column: Int
    }

    /// A name and its value.
    struct Member: Equatable, Sendable {
        var name: String
        var namePosition: Position
        var value: JSON5
    }

    enum Value: Equatable, Sendable {
        case null
        case boolean(Bool)
        /// A number without fraction and exponent that fits.
        case integer(Int)
        /// Any other number.
        case number(Double)
        case string(String)
        case array([JSON5])
        /// In the order of the file; no two of one name.
        case object([Member])
    }

    var value: Value
    var position: Position

    /// What a message calls it.
    var found: String {
        switch value {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let value): "\"\(value)\""
        case .array: "a list"
        case .object: "an object"
        }
    }
}
