public import VaultCalls
public import VaultCore

/// One thing to be decided, and for whom.
///
/// Names were read, principals resolved and text judged before; what is left to decide is the gate's.
public struct Command: Sendable {
  /// Who wants it.
  public var caller: Caller
  /// What.
  public let action: Action
  /// What holds for it.
  package let traits: Traits
  /// What the account database said about the uids that an earlier answer, ``CommandReply/asks(_:)``, named.
  public var accounts: [UInt32: FreshAnswer]
  /// Whether the caller's account was looked up again since a kept answer refused it.
  public var isDoubtSettled: Bool

  /// Makes a command.
  public init(
    caller: Caller, action: Action, accounts: [UInt32: FreshAnswer] = [:],
    isDoubtSettled: Bool = false
  ) {
    self.caller = caller
    self.action = action
    traits = action.traits
    self.accounts = accounts
    self.isDoubtSettled = isDoubtSettled
  }
}

/// What the account database said, and when it was asked.
public struct FreshAnswer: Hashable, Sendable {
  /// What it said.
  public let answer: AccountAnswer
  /// When it was asked, in milliseconds since boot.
  public let asked: Int64

  /// Makes an answer.
  public init(_ answer: AccountAnswer, asked: Int64) {
    self.answer = answer
    self.asked = asked
  }
}

/// Whom the account database is to be asked about before a command is decided; the server asks, and submits the
/// command again with the answers.
public enum AccountWish: Error, Hashable, Sendable {
  /// All else would let the call through. What is kept is too old: the question must begin now.
  case afresh([UInt32])
  /// A kept answer refuses a caller whom the kernel shows to be named; one that is a few seconds old will do.
  case doubted(UInt32)
}

/// The closed set of what the commit loop does.
public enum Action: Sendable {
  /// What a caller asks, and what the account database made of the principals that it names.
  case call(Call, principals: [Principal] = [])

  // The first trip of a call that comes again, or is answered elsewhere: it reads, it is short, and it is answered on
  // a disk that takes nothing.

  /// Whether the caller may call a method.
  case authorize(Method)
  /// Which of these requests the caller may see, for events about them.
  case follow([Int64])
  /// Who the caller is, and where the record ends.
  case status

  // The vault's own: no connection of the protocol can submit them.

  /// The service manager loads a credential of the unit that the caller is; and what the configuration said that it is
  /// when the question came, if anything.
  case loadCredential(UnitCredential, CredentialSource?)
  /// Calls that were refused before they came here, by a limit; for the record.
  case noteRefusals([RefusedCalls])
  /// Whose approvals depend on the account database.
  case listReviewers
  /// What the database says of one of them, for a slice of the requests behind `after` that they approved.
  case recheckReviewer(UInt32, FreshAnswer, after: Int64)
  /// The configuration file was read anew.
  case reconfigure(EngineConfiguration)
  /// The last bytes of the backup that the caller's connection has opened are about to leave.
  case backupDone(FinishedBackup)
  /// The connection of the caller has ended: its grants close, its attended requests start to run out.
  case connectionEnded
  /// Time passes: ends what has ended, signs the chain's head, writes down coalesced refusals.
  case tick
  /// The daemon has started or stops; a record of its own.
  case lifecycle(AuditEvent)
}

/// Calls of one subject that a limit refused before they reached the vault.
public struct RefusedCalls: Sendable {
  /// Who called.
  public var subject: Subject
  /// Whether the account database does not know it.
  public var isNobody: Bool
  /// What was called.
  public var method: String
  /// Why not, in the word of the wire.
  public var reason: String
  /// How often.
  public var count: Int

  /// Makes it.
  public init(subject: Subject, isNobody: Bool, method: String, reason: String, count: Int) {
    self.subject = subject
    self.isNobody = isNobody
    self.method = method
    self.reason = reason
    self.count = count
  }
}
