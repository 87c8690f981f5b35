internal import Octets

/// What a subject is about, without the marks that replies and forwards add. Messages of one conversation share it.
/// RFC 5256 §2.1.
public struct BaseSubject: Hashable, Sendable {
    /// The base subject. It may be empty.
    public var text: String
    /// Whether a mark of a reply or a forward was taken off.
    public var isReplyOrForward = false

    /// Reads a subject that is decoded already, as `EncodedWord.decodedText` does. Takes time in proportion to its length.
    ///
    /// Compare base subjects without case, as i;unicode-casemap does. RFC 5256 §2.1.
    public init(of subject: String) {
        var reader = BaseSubjectReader(subject)
        reader.read()
        text = String(decoding: reader.octets[reader.start..<reader.end], as: UTF8.self)
        isReplyOrForward = reader.isReplyOrForward
    }
}

private struct BaseSubjectReader {
    private(set) var octets: [UInt8] = []
    private(set) var start = 0
    private(set) var end: Int
    private(set) var isReplyOrForward = false

    /// Step 1: tabs and folds become spaces, and several spaces one.
    init(_ subject: String) {
        octets.reserveCapacity(subject.utf8.count)
        for byte in subject.utf8 {
            if !HeaderFields.isBlank(byte) {
                octets.append(byte)
            } else if octets.last != .space {
                octets.append(.space)
            }
        }
        end = octets.count
    }

    mutating func read() {
        repeat {
            removeTrailers()
            removeLeaders()
        } while removeForwardMarks()
    }

    /// Step 2: subj-trailer, `(fwd)` and blanks.
    private mutating func removeTrailers() {
        while end > start {
            if octets[end - 1] == .space {
                end -= 1
            } else if end - start >= 5, isWord("(fwd)", at: end - 5) {
                end -= 5
                isReplyOrForward = true
            } else {
                return
            }
        }
    }

    /// Steps 3 to 5: subj-leader, and subj-blob where something is left without it.
    ///
    /// Blobs that no subj-refwd follows are all taken off but for the last if nothing else is left, which is what taking
    /// them off one by one comes to.
    private mutating func removeLeaders() {
        while true {
            while start < end, octets[start] == .space { start += 1 }
            var last = start
            var position = start
            while let next = blob(at: position) {
                last = position
                position = next
            }
            guard let next = replyMark(at: position) else {
                start = position < end ? position : last
                return
            }
            isReplyOrForward = true
            start = next
        }
    }

    /// Step 6: `[fwd:` and `]`.
    private mutating func removeForwardMarks() -> Bool {
        guard end - start >= 6, isWord("[fwd:", at: start), octets[end - 1] == 0x5D else { return false }
        start += 5
        end -= 1
        isReplyOrForward = true
        return true
    }

    /// One past subj-blob: `"[" *BLOBCHAR "]" *WSP`.
    private func blob(at position: Int) -> Int? {
        guard position < end, octets[position] == 0x5B else { return nil }
        var index = position + 1
        while index < end, octets[index] != 0x5B, octets[index] != 0x5D { index += 1 }
        guard index < end, octets[index] == 0x5D else { return nil }
        index += 1
        while index < end, octets[index] == .space { index += 1 }
        return index
    }

    /// One past subj-refwd: `("re" / ("fw" ["d"])) *WSP [subj-blob] ":"`.
    private func replyMark(at position: Int) -> Int? {
        var index = position
        if isWord("re", at: index) {
            index += 2
        } else if isWord("fw", at: index) {
            index += isWord("fwd", at: index) ? 3 : 2
        } else {
            return nil
        }
        while index < end, octets[index] == .space { index += 1 }
        index = blob(at: index) ?? index
        return index < end && octets[index] == 0x3A ? index + 1 : nil
    }

    private func isWord(_ word: String, at position: Int) -> Bool {
        position + word.utf8.count <= end
            && HeaderFields.matches(octets.span, position..<(position + word.utf8.count), word)
    }
}
