internal import CSystem

/// The process's limit of open files and sockets.
public enum DescriptorLimit {
    /// Raises it as far as the system allows; returns the limit. Each connection needs one.
    @discardableResult
    public static func raise() -> Int { Int(clamping: portico_raise_descriptor_limit()) }
}
