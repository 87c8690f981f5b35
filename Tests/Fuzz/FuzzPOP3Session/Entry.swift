internal import FuzzProperties

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // The buffer is libFuzzer's and ends with this call: it is copied at once.
    unsafe FuzzTarget.pop3Session.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
