/// The bounds of one HTTP message; at a bound works, one more is refused.
package struct HTTPLimits: Sendable {
    /// Without the closing CRLF.
    package var requestLineByteCountMax = 8192
    /// From behind the first line up to and with the empty line.
    package var headerBlockByteCountMax = 16384
    package var fieldCountMax = 64
    package var bodyByteCountMax = 131_072

    package init() {}
}
