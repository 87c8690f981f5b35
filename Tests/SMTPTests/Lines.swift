import Octets
import SMTP
import Testing

extension Extensions {
    /// All but LMTP, which takes EHLO away.
    static let smtp = Extensions(rawValue: .max).subtracting(.lmtp)
}

/// What a line becomes, with those extensions on; it is encoded and parsed again on the way.
func parsed(_ line: String, _ extensions: Extensions = .smtp) throws -> Command {
    let command = try Command(parsing: Array(line.utf8).span, extensions: extensions)
    var wire: [UInt8] = []
    command.encode(into: &wire)
    #expect(wire.suffix(2) == [0x0D, 0x0A])
    #expect(try Command(parsing: Array(wire.dropLast(2)).span, extensions: extensions) == command, "encoded and parsed")
    return command
}

/// What is wrong with a line, and where; nil if nothing is.
func fault(_ line: String, _ extensions: Extensions = .smtp) -> Fault? {
    do throws(CommandError) {
        _ = try Command(parsing: Array(line.utf8).span, extensions: extensions)
        return nil
    } catch {
        return Fault(kind: error.kind, offset: error.syntax.offset)
    }
}

struct Fault: Equatable {
    var kind: CommandError.Kind
    var offset: Int

    init(kind: CommandError.Kind, offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    init(_ kind: CommandError.Kind, _ offset: Int) { self.init(kind: kind, offset: offset) }
}

/// MAIL from nobody, changed.
func mail(_ change: (inout Command.Mail) -> Void) -> Command {
    var mail = Command.Mail(reversePath: .null)
    change(&mail)
    return .mail(mail)
}
