import VaultCalls

/// How long refusals are waited out that are about the host and not about the request: an account database that did
/// not answer, a clock on trial, a full disk.
struct HostPatience {
  /// How long something is waited for that somebody has to mend, in milliseconds; it passes by itself where it was
  /// there for a moment only.
  static let mending: Int64 = 60_000

  private let end: Int64?
  /// Until when what must be mended is waited for, once it is.
  private var mended: Int64?

  /// - Parameter end: up to when anything is waited for, in milliseconds of a clock that is never set back; nil where
  ///   something else ends the wait: `--timeout`, or the end of the approval.
  init(until end: Int64? = nil) { self.end = end }

  /// Whether the same call is tried again after a refusal; what is about the request ends as this try.
  mutating func allows(_ reason: Reason?, at now: Int64) -> Bool {
    switch reason?.row.retry {
    case .passes: break
    case .mended:
      let until = mended ?? now + Self.mending
      mended = until
      if now >= until { return false }
    case .never, nil: return false
    }
    return end.map { now < $0 } ?? true
  }
}
