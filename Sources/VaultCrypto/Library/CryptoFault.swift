/// What can go wrong with keys, envelopes and seals.
///
/// No case carries data: neither bytes of a secret nor which of several checks refused.
public enum CryptoFault: Error, Equatable, Sendable {
  /// A record or a wrap does not open: another key, another place, or changed bytes. Which of these
  /// is not told apart, on purpose.
  case doesNotOpen
  /// Bytes that are no key: the wrong size, or not a point of the curve.
  case malformedKey
  /// Text that is no ticket: the wrong form or checksum.
  case malformedTicket
  /// Bytes that begin no backup, or one of a format that this version does not know.
  case malformedBackup
  /// The kernel gives no random bytes.
  case noRandomness
  /// libcrypto is older than 3.0.12, or an affected 3.1 (CVE-2023-5363).
  case tooOldLibrary
  /// A function of libcrypto failed, named here.
  case library(String)
}
