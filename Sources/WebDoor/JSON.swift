internal import FoundationEssentials
internal import HTTP

/// The value that `octets` write in JSON; which field is wrong, and how, if there is none.
func decodeJSON<Value: Decodable>(_ octets: [UInt8], as type: Value.Type) throws(Ending) -> Value {
    let decoder = JSONDecoder()
    do {
        return try decoder.decode(Value.self, from: Data(octets))
    } catch let error as DecodingError {
        throw .problem(Problem(error))
    } catch {
        throw .problem(Problem(.badRequest, "bad_json", "The body is not JSON."))
    }
}

extension Problem {
    fileprivate init(_ error: DecodingError) {
        func field(_ path: [any CodingKey]) -> String {
            path.reduce(into: "") { text, key in
                if let index = key.intValue {
                    text += "[\(index)]"
                } else {
                    text += (text.isEmpty ? "" : ".") + key.stringValue
                }
            }
        }
        switch error {
        case .keyNotFound(let key, let context):
            self.init(.unprocessableContent, "missing", "A field is missing.", field: field(context.codingPath + [key]))
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            self.init(
                .unprocessableContent,
                "wrong_type",
                "A field is of the wrong type.",
                field: field(context.codingPath)
            )
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            self.init(.unprocessableContent, "invalid", context.debugDescription, field: field(context.codingPath))
        default: self.init(.badRequest, "bad_json", "The body is not JSON.")
        }
    }
}

/// A name in a JSON object, whatever it is.
struct AnyName: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// Refuses names that are not in `known`: a misspelt field that is passed over is a mail to too few.
    func refuseUnknown(_ known: [String]) throws {
        for name in try container(keyedBy: AnyName.self).allKeys where !known.contains(name.stringValue) {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: codingPath + [name], debugDescription: "There is no such field.")
            )
        }
    }
}
