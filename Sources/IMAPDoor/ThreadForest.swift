internal import IMAP
internal import Mailbox

/// Messages and the dummies that stand for missing ones, as trees: the steps of REFERENCES. RFC 5256 §3.
///
/// Nothing here recurses: an answer to an answer may go as deep as there are messages.
struct ThreadForest {
    private let messages: [MessageThreader.Message]
    /// For each node the message; nodes beyond them are dummies.
    private var parents: [Int?]
    private var children: [[Int]]
    /// Trees, by their first nodes.
    private var roots: [Int] = []

    init(_ messages: [MessageThreader.Message]) {
        self.messages = messages
        parents = Array(repeating: nil, count: messages.count)
        children = []
    }

    private func isDummy(_ node: Int) -> Bool { node >= messages.count }

    private mutating func newDummy() -> Int {
        parents.append(nil)
        return parents.count - 1
    }

    // MARK: Steps 1 and 2

    /// Links each message to what it refers to, and those among each other. Step 1.
    mutating func link(_ pause: () async throws -> Void) async throws {
        var nodes: [MessageIDHash: Int] = [:]
        // Of several with one Message-ID the first has it.
        for (node, message) in messages.enumerated() {
            if let id = message.messageID, nodes[id] == nil { nodes[id] = node }
        }
        var ancestry = ThreadAncestry(count: parents.count)
        for (node, message) in messages.enumerated() {
            if node % 1024 == 1023 { try await pause() }
            var last: Int?
            for reference in message.references {
                let next: Int
                if let known = nodes[reference] {
                    next = known
                } else {
                    next = newDummy()
                    ancestry.add()
                    nodes[reference] = next
                }
                if let last, parents[next] == nil { setParent(last, of: next, &ancestry) }
                last = next
            }
            // A link that was made before came of References which were cut short. Step 1 (B).
            ancestry.cut(node)
            parents[node] = nil
            if let last { setParent(last, of: node, &ancestry) }
        }
        children = Array(repeating: [], count: parents.count)
        for (node, parent) in parents.enumerated() {
            if let parent { children[parent].append(node) } else { roots.append(node) }
        }
    }

    /// Makes a node without parent an answer of another, unless that is below it.
    private mutating func setParent(_ parent: Int, of node: Int, _ ancestry: inout ThreadAncestry) {
        guard ancestry.top(of: parent) != node else { return }
        ancestry.hang(node, at: parent)
        parents[node] = parent
    }

    // MARK: Step 3

    /// Nodes, each after all that are below it.
    private func fromBelow() -> [Int] {
        var order: [Int] = []
        order.reserveCapacity(parents.count)
        var stack = roots
        while let node = stack.popLast() {
            order.append(node)
            stack += children[node]
        }
        return order.reversed()
    }

    /// Takes out dummies, whose answers move up; at the top only if there is one. Step 3.
    mutating func prune() {
        for node in fromBelow() where children[node].contains(where: isDummy) {
            if children[node].count == 1 {
                children[node] = children[children[node][0]]
            } else {
                children[node] = children[node].flatMap { isDummy($0) ? children[$0] : [$0] }
            }
        }
        roots = roots.flatMap { root in
            guard isDummy(root) else { return [root] }
            return children[root].count > 1 ? [root] : children[root]
        }
    }

    // MARK: Steps 4 and 6

    /// By date, then by number; a dummy is as its first answer.
    private func precedes(_ left: Int, _ right: Int, _ date: (MessageThreader.Message) -> Int64) -> Bool {
        let (left, right) = (first(left), first(right))
        return (date(left), left.index) < (date(right), right.index)
    }

    /// The message, or the first answer of a dummy, which always has some.
    private func first(_ node: Int) -> MessageThreader.Message {
        isDummy(node) ? messages[children[node][0]] : messages[node]
    }

    /// Sorts the tops; the answers of dummies before them.
    mutating func sortRoots(_ date: (MessageThreader.Message) -> Int64) {
        for root in roots where isDummy(root) { sortChildren(of: root) }
        roots = roots.sorted { precedes($0, $1, date) }
    }

    /// Sorts all answers of one message.
    mutating func sortSiblings() {
        for node in children.indices where children[node].count > 1 { sortChildren(of: node) }
    }

    private mutating func sortChildren(of node: Int) {
        var sorted = children[node]
        sorted.sort { (messages[$0].sent, messages[$0].index) < (messages[$1].sent, messages[$1].index) }
        children[node] = sorted
    }

    /// Sorts the tops by the message of each that came last.
    mutating func sortRootsByLatest() {
        var latest = parents.indices.map { isDummy($0) ? Int64.min : messages[$0].arrived }
        for node in fromBelow() { for child in children[node] { latest[node] = max(latest[node], latest[child]) } }
        roots = roots.sorted { (latest[$0], first($0).index) < (latest[$1], first($1).index) }
    }

    // MARK: Step 5

    /// Brings threads of one subject together. Step 5.
    mutating func mergeSubjects() {
        var table: [[UInt8]: Int] = [:]
        for root in roots {
            let subject = first(root).subject
            guard !subject.isEmpty else { continue }
            guard let known = table[subject] else {
                table[subject] = root
                continue
            }
            if !isDummy(known), isDummy(root) || isReply(known) && !isReply(root) { table[subject] = root }
        }
        var isGone: Set<Int> = []
        var added: [Int] = []
        for root in roots where !isGone.contains(root) {
            let subject = first(root).subject
            guard !subject.isEmpty, let known = table[subject], known != root else { continue }
            isGone.insert(root)
            if isDummy(known) {
                children[known] += isDummy(root) ? children[root] : [root]
            } else if isReply(root), !isReply(known) {
                children[known].append(root)
            } else {
                let dummy = newDummy()
                children.append([known, root])
                isGone.insert(known)
                added.append(dummy)
                table[subject] = dummy
            }
        }
        roots = (roots + added).filter { !isGone.contains($0) }
        for root in roots where isDummy(root) { sortChildren(of: root) }
    }

    private func isReply(_ node: Int) -> Bool { !isDummy(node) && messages[node].isReplyOrForward }

    // MARK: The result

    /// The trees, each as a row.
    func threads(_ number: (Int) -> UInt32) -> [MessageThread] {
        roots.map { root in
            var members: [MessageThread.Member] = []
            var stack = [(node: root, depth: 0)]
            while let (node, depth) = stack.popLast() {
                members.append(
                    MessageThread.Member(isDummy(node) ? nil : number(messages[node].index), depth: depth)
                )
                for child in children[node].reversed() { stack.append((child, depth + 1)) }
            }
            return MessageThread(members)
        }
    }
}
