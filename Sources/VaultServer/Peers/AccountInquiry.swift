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
