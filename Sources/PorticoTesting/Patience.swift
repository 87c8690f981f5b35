extension Duration {
    /// How long a test waits for what must happen, on a socket or wherever else time is real. It is no measure of anything:
    /// a machine that is busy with a thousand other tests may take long, and only what hangs ends by it.
    public static let patience = Duration.seconds(600)
}
