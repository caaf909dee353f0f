import CLinux

/// One question to the account database on the thread that made this, which another thread can break
/// off.
///
/// Sendable: what other threads do goes through ``breakOff()``, whose C code is atomic; the memory
/// lives as long as this object, and the thread holds it until it has called ``end()``.
@safe
final class AccountInquiry: @unchecked Sendable {
  // Safety: allocated and initialized in init, given back in deinit, used only through this object.
  private let inquiry: UnsafeMutablePointer<envgate_inquiry>

  /// Begins; the same thread ends it.
  init() throws(AccountFault) {
    unsafe inquiry = .allocate(capacity: 1)
    unsafe inquiry.initialize(to: envgate_inquiry())
    let code = unsafe envgate_inquiry_begin(inquiry)
    if code != 0 {
      envgate_inquiry_end()
      throw AccountFault(code: code)
    }
  }

  deinit { unsafe inquiry.deallocate() }

  func end() { envgate_inquiry_end() }

  /// Ends the system call that the thread waits in, if it waits in one.
  ///
  /// Not to be called where the thread may have called ``end()``: it may be gone.
  func breakOff() { _ = unsafe envgate_inquiry_break_off(inquiry) }

  /// Whether no answer counts any more.
  var isBrokenOff: Bool { unsafe envgate_inquiry_is_broken_off(inquiry) != 0 }
}

extension AccountInquiry {
  /// How often what does not let itself be broken off is tried again, in milliseconds.
  private static let interval = 1_000

  /// Runs something that asks the account database on this thread, and breaks it off once it has had its
  /// time. Where no thread can be had to watch it, it has all the time it takes.
  static func bounded<Result>(milliseconds: Int, _ body: () -> Result) -> Result {
    guard let inquiry = try? AccountInquiry() else { return body() }
    let done = Latch()
    let unwatched = Latch()
    do throws(ThreadFault) {
      try PlainThread.start {
        var patience = milliseconds
        while !done.wait(milliseconds: patience) {
          inquiry.breakOff()
          patience = interval
        }
        unwatched.open()
      }
    } catch { unwatched.open() }
    let result = body()
    done.open()
    // The watcher may be about to break off; it must not meet a thread that has gone on.
    unwatched.wait()
    inquiry.end()
    return result
  }
}
