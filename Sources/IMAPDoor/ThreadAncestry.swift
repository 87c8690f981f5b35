/// Trees of which one may quickly ask at what top a node hangs, while they are put together and cut: a link-cut forest
/// (Sleator, Tarjan 1983). Each call takes time in the logarithm of the nodes, over all calls.
///
/// Without it, whoever sends messages whose References make one long thread could make every check for a loop walk up all
/// of it.
struct ThreadAncestry {
    /// What is above in the splay tree of a path; for the top of such a tree, the node that the path hangs at; or -1.
    private var up: [Int32]
    /// Nodes of the same path that are nearer to the top of the tree, and farther from it.
    private var left: [Int32]
    private var right: [Int32]

    /// Nodes from 0 on, each by itself.
    init(count: Int) {
        up = Array(repeating: -1, count: count)
        left = up
        right = up
    }

    /// Adds a node by itself, whose number is the count before.
    mutating func add() {
        up.append(-1)
        left.append(-1)
        right.append(-1)
    }

    /// The top of the tree in which `node` is.
    mutating func top(of node: Int) -> Int {
        expose(Int32(node))
        var top = Int32(node)
        while left[Int(top)] >= 0 { top = left[Int(top)] }
        splay(top)
        return Int(top)
    }

    /// Hangs `top`, which hangs at nothing, at `node`, which is in another tree.
    mutating func hang(_ top: Int, at node: Int) {
        expose(Int32(top))
        up[top] = Int32(node)
    }

    /// Cuts `node` off from what it hangs at.
    mutating func cut(_ node: Int) {
        expose(Int32(node))
        let above = left[node]
        guard above >= 0 else { return }
        up[Int(above)] = -1
        left[node] = -1
    }

    /// Makes the way from the top to `node` one path, and `node` the top of its splay tree.
    private mutating func expose(_ node: Int32) {
        var below: Int32 = -1
        var current = node
        while current >= 0 {
            splay(current)
            right[Int(current)] = below
            below = current
            current = up[Int(current)]
        }
        splay(node)
    }

    private mutating func splay(_ node: Int32) {
        while !isSplayTop(node) {
            let parent = up[Int(node)]
            if !isSplayTop(parent) {
                let isLeft = left[Int(parent)] == node
                let isParentLeft = left[Int(up[Int(parent)])] == parent
                rotate(isLeft == isParentLeft ? parent : node)
            }
            rotate(node)
        }
    }

    private func isSplayTop(_ node: Int32) -> Bool {
        let parent = up[Int(node)]
        return parent < 0 || left[Int(parent)] != node && right[Int(parent)] != node
    }

    private mutating func rotate(_ node: Int32) {
        let parent = up[Int(node)]
        let above = up[Int(parent)]
        if !isSplayTop(parent) {
            if left[Int(above)] == parent { left[Int(above)] = node } else { right[Int(above)] = node }
        }
        let moved: Int32
        if left[Int(parent)] == node {
            moved = right[Int(node)]
            left[Int(parent)] = moved
            right[Int(node)] = parent
        } else {
            moved = left[Int(node)]
            right[Int(parent)] = moved
            left[Int(node)] = parent
        }
        if moved >= 0 { up[Int(moved)] = parent }
        up[Int(parent)] = node
        up[Int(node)] = above
    }
}
