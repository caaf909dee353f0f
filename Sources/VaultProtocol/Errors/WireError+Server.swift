import SecretMemory
import StrictJSON
import VaultCore

/// Errors that no decision of the vault stands behind.
extension WireError {
  /// A fault of ours; the log says more.
  public static let internalFault = WireError(
    .internalFault, "internal error of envgated; see its log")

  /// A line longer than the limit, which ends the connection, since nobody knows where the next begins.
  public static func lineLimit(_ limit: Int) -> WireError {
    WireError(.lineLimit, "the line is longer than \(limit) bytes; send less in one message")
  }

  /// An answer that does not fit a line.
  public static func replyLimit(_ limit: Int) -> WireError {
    WireError(.lineLimit, "the answer is longer than \(limit) bytes; ask for less at a time")
  }

  /// Calls that come faster than their caller may.
  /// - Parameter retryAfter: milliseconds until the same call may come again.
  public static func rate(retryAfter: Int64) -> WireError {
    WireError(
      .rateLimit,
      "your account has made too many calls; try again in \(inWords(retryAfter))",
      .retryAfter(milliseconds: retryAfter))
  }

  private static func inWords(_ milliseconds: Int64) -> String {
    milliseconds < 1_000 ? "\(milliseconds) ms" : "\((milliseconds + 999) / 1_000) s"
  }

  /// A line that takes too long to come, which ends the connection.
  public static func lineTime(seconds: Int) -> WireError {
    WireError(
      .timeLimit, "the line did not end within \(seconds) seconds; send each line without a pause")
  }

  /// Somebody whom a job socket is not for, and why it is not.
  public static func peerRefused(_ why: String) -> WireError { WireError(.peerRefused, why) }

  /// More connections than are allowed.
  public static let connectionLimit = WireError(
    .connectionLimit, "there are too many connections; close some, or try again later")

  /// A second subscription of a connection, or more of an account than may be told events.
  public static let subscriptionLimit = WireError(
    .connectionLimit,
    "this connection or account has its largest number of subscriptions; close one"
  )

  /// The daemon stops and takes no more calls.
  public static let serverStopping = WireError(
    .serverStopping, "the daemon is stopping; try again after it has restarted")

  /// Events were asked for behind a record that there is not: of another vault, or of one set back.
  public static func beyondRecord(newest: Int64) -> WireError {
    WireError(
      .paramsInvalid,
      "the newest record is \(newest); subscribe after that record or an older one, or without after",
      .current(newest))
  }

  /// The daemon has more to do than it may queue.
  public static let busy = WireError(.busy, "the daemon is busy; try again in a moment")

  static func jsonInvalid(_ fault: JSONFault) -> WireError {
    WireError(
      .jsonInvalid, "the line is not JSON: \(words(fault.code.rawValue)) at byte \(fault.offset)",
      .fault(fault.code.rawValue, offset: fault.offset))
  }

  static func messageInvalid(_ message: String, _ fault: String, _ offset: Int) -> WireError {
    WireError(.messageInvalid, message, .fault(fault, offset: offset))
  }

  static func methodUnknown(_ offset: Int) -> WireError {
    WireError(
      .methodUnknown, "there is no such method; see the list of methods in the protocol article",
      .fault("unknown_method", offset: offset))
  }

  /// What went wrong while the parameters were read.
  static func parameters(_ error: any Error) -> WireError {
    switch error {
    case let refusal as Refusal: WireError(refusal)
    case let fault as JSONFault:
      paramsInvalid(fault)
    case is SecretMemoryError: WireError(Refusal.memoryExhausted)
    default: internalFault
    }
  }

  private static func paramsInvalid(_ fault: JSONFault) -> WireError {
    let slug = fault.code.rawValue
    let detail = fault.detail.map { " (\($0))" } ?? ""
    return WireError(
      .paramsInvalid, "params are wrong at byte \(fault.offset): \(words(slug))\(detail)",
      .fault(slug, offset: fault.offset))
  }

  private static func words(_ slug: String) -> String {
    String(slug.map { $0 == "_" ? " " : $0 })
  }
}
