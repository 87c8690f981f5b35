internal import Octets

/// One thread of a THREAD response. RFC 5256 §4.
///
/// The messages are in a row, each before its answers, with its depth beside it: so that no thread, however deep, is
/// walked by recursion, nor freed by it.
public struct MessageThread: Hashable, Sendable {
    /// A message, or the place of one that is missing.
    public struct Member: Hashable, Sendable {
        /// Its number; nil for a message that others answer and that is not there.
        public var number: UInt32?
        /// 0 for the first; an answer has one more than what it answers.
        public var depth: Int

        /// That message.
        public init(_ number: UInt32?, depth: Int) {
            self.number = number
            self.depth = depth
        }
    }

    /// The first has depth 0 and no other; no depth is more than one above that of the member before. A member without
    /// number has at least one answer, or is left out.
    public var members: [Member]

    /// The thread of those.
    public init(_ members: [Member]) { self.members = members }
}

extension Response {
    /// `* THREAD (2)(3 6 (4 23)(44 7 96))`. RFC 5256 §4.
    ///
    /// A message with one answer is followed by it; with several each has its parentheses. A missing message is not
    /// written: what it leaves is a list of lists, and, if it has only one answer, that alone.
    public static func thread(_ threads: [MessageThread], into output: inout [UInt8]) {
        output.append(text: "* THREAD")
        var isFirst = true
        for thread in threads { append(thread, &isFirst, into: &output) }
        output.append(text: "\r\n")
    }

    private static func append(_ thread: MessageThread, _ isFirst: inout Bool, into output: inout [UInt8]) {
        let members = thread.members
        let shape = Shape(members)
        guard let written = shape.written.first, written > 0 else { return }
        output.append(text: isFirst ? " (" : "(")
        isFirst = false
        // For each open level of depth: whether the member there opened parentheses of its own.
        var opened: [Bool] = []
        var hasNumber = false
        for (index, member) in members.enumerated() where shape.written[index] > 0 {
            let depth = min(shape.depths[index], opened.count)
            while opened.count > depth {
                if opened.removeLast() {
                    output.append(")")
                    hasNumber = true
                }
            }
            let siblings = shape.siblings[index]
            if siblings > 1 {
                if hasNumber, output.last != UInt8(ascii: ")") { output.append(" ") }
                output.append("(")
                hasNumber = false
            }
            opened.append(siblings > 1)
            guard let number = member.number else { continue }
            if hasNumber { output.append(" ") }
            output.append(decimal: number)
            hasNumber = true
        }
        while !opened.isEmpty { if opened.removeLast() { output.append(")") } }
        output.append(")")
    }

    /// What has to be known of each member before it is written.
    private struct Shape {
        /// 0 for the first, at least 1 for the others, never more than one above the member before.
        var depths: [Int] = []
        /// How many members with a number its branch has, itself too.
        var written: [Int]
        /// How many branches with such members are beside it, its own too.
        var siblings: [Int]

        init(_ members: [MessageThread.Member]) {
            written = members.map { $0.number == nil ? 0 : 1 }
            var parents: [Int?] = []
            var path: [Int] = []
            for (index, member) in members.enumerated() {
                let depth = index == 0 ? 0 : min(max(member.depth, 1), path.count)
                path.removeLast(path.count - depth)
                depths.append(depth)
                parents.append(path.last)
                path.append(index)
            }
            var branches = [Int](repeating: 0, count: members.count)
            for index in members.indices.reversed() {
                guard let parent = parents[index], written[index] > 0 else { continue }
                written[parent] += written[index]
                branches[parent] += 1
            }
            siblings = parents.map { parent in parent.map { branches[$0] } ?? 1 }
        }
    }
}
