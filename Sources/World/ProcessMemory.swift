internal import CSystem

/// What the C library's allocator keeps of memory that is free.
public enum ProcessMemory {
    /// Has threads share a few heaps instead of one for each: less is free in many places. To be called first of all.
    public static func shareHeaps() { portico_limit_arenas(4) }

    /// Has blocks from 4 MiB on go back to the system as soon as they are freed: else the 16 MiB that one password's hash
    /// needs for a moment stay with the process for good.
    public static func returnLargeBlocks() { portico_map_blocks(4 << 20) }

    /// Gives whole free pages back to the system. Takes about a millisecond for each 10 MB, so not on a loop.
    public static func giveBack() { portico_trim_heaps() }

    /// Processor time that the process has used since it started.
    public static var processorTime: Duration { .nanoseconds(portico_processor_nanoseconds()) }
}
