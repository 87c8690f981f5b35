public import Testing

/// Names the requirement that a test proves, so that the uncovered ones can be listed.
public struct RequirementTrait: TestTrait, SuiteTrait {
    /// The number of the RFC.
    public var rfc: Int
    /// Its section.
    public var section: String

    /// The requirement, beside the test's other comments.
    public var comments: [Comment] { ["RFC \(rfc) §\(section)"] }
}

extension Trait where Self == RequirementTrait {
    /// The test proves what section `section` of RFC `number` says.
    public static func rfc(_ number: Int, _ section: String) -> Self { Self(rfc: number, section: section) }
}
