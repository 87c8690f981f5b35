internal import Octets

/// Finds which of many phrases stand in a text, all in one pass over it (Aho and Corasick): the time is linear in the text,
/// whatever a stranger writes.
struct PhraseFinder: Sendable {
    private struct Node {
        /// The octet that leads here.
        var octet: UInt8 = 0
        /// Nodes that one more octet leads to: the first, and of each the next.
        var firstChild = 0
        var nextSibling = 0
        /// The node of the longest end of this one's text that is itself the beginning of a phrase.
        var shorter = 0
        /// The phrase that ends here.
        var phrase: Int?
        /// The nearest of the shorter ones in which a phrase ends; 0 if there is none.
        var shorterPhrase = 0
    }

    /// The root is node 0.
    private var nodes = [Node()]
    private let count: Int

    /// A finder of those phrases, which are not empty, in small letters with single blanks.
    init(_ phrases: [String]) {
        count = phrases.count
        for (index, phrase) in phrases.enumerated() { insert(Array(phrase.utf8), index) }
        link()
    }

    /// Which phrases stand in `text`, one value for each.
    func phrases(in text: Span<UInt8>) -> [Bool] {
        var found = [Bool](repeating: false, count: count)
        var node = 0
        for index in text.indices {
            node = next(node, text[index])
            var ending = nodes[node].phrase == nil ? nodes[node].shorterPhrase : node
            while ending != 0 {
                if let phrase = nodes[ending].phrase { found[phrase] = true }
                ending = nodes[ending].shorterPhrase
            }
        }
        return found
    }

    private func child(of node: Int, _ octet: UInt8) -> Int? {
        var child = nodes[node].firstChild
        while child != 0 {
            if nodes[child].octet == octet { return child }
            child = nodes[child].nextSibling
        }
        return nil
    }

    private func next(_ node: Int, _ octet: UInt8) -> Int {
        var node = node
        while true {
            if let child = child(of: node, octet) { return child }
            if node == 0 { return 0 }
            node = nodes[node].shorter
        }
    }

    private mutating func insert(_ phrase: [UInt8], _ index: Int) {
        var node = 0
        for octet in phrase {
            if let child = child(of: node, octet) {
                node = child
            } else {
                nodes.append(Node(octet: octet, nextSibling: nodes[node].firstChild))
                nodes[node].firstChild = nodes.count - 1
                node = nodes.count - 1
            }
        }
        nodes[node].phrase = index
    }

    /// By length, so that what is shorter is linked already.
    private mutating func link() {
        var waiting = [0]
        var position = 0
        while position < waiting.count {
            let node = waiting[position]
            position += 1
            var child = nodes[node].firstChild
            while child != 0 {
                let shorter = node == 0 ? 0 : next(nodes[node].shorter, nodes[child].octet)
                nodes[child].shorter = shorter
                nodes[child].shorterPhrase = nodes[shorter].phrase == nil ? nodes[shorter].shorterPhrase : shorter
                waiting.append(child)
                child = nodes[child].nextSibling
            }
        }
    }
}

/// A text as the rules are written: small letters, single blanks, `textLimit` octets at most.
struct PlainWords {
    private(set) var octets: [UInt8] = []

    init(_ text: String) {
        var hasBlank = false
        for byte in text.utf8.prefix(Classification.textLimit) {
            if byte <= .space || byte == 0x7F {
                hasBlank = !octets.isEmpty
            } else {
                if hasBlank { octets.append(.space) }
                hasBlank = false
                octets.append(byte.asciiLowercased)
            }
        }
    }
}
