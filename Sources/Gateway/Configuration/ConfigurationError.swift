/// What is wrong with a configuration file, where it stands, and what should stand there.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, as it was named.
    public var file: String
    /// The line, from 1; 0 for the file as a whole.
    public var line: Int
    /// The character of the line, from 1.
    public var column: Int
    /// What stands there.
    public var found: String
    /// What should.
    public var expected: String

    /// `FILE:LINE:COLUMN: found …, expected …`
    public var description: String {
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        return "\(place): found \(found), expected \(expected)"
    }

    init(file: String, position: JSON5.Position?, found: String, expected: String) {
        self.file = file
        line = position?.line ?? 0
        column = position?.column ?? 0
        self.found = found
        self.expected = expected
    }
}
