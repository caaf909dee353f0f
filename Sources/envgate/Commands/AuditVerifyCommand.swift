import ArgumentParser
import VaultClient
import VaultProtocol

/// `envgate audit verify`
struct AuditVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify the audit chain, its sealed head and its signature.",
    discussion: """
      Examples:
        envgate audit verify
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  /// Seconds that a walk over a long chain may take: about a million records a second and a half.
  private static let patience: Int64 = 3_600

  func run() throws {
    let answer = try connection.connect().answer(
      .auditVerify(AuditVerify()), as: AuditVerificationView.self,
      deadline: WaitDeadline(secondsFromNow: Self.patience))
    guard answer.view.verified else {
      if output.json { try output.print(answer) { _ in [] } }
      throw CommandFault(.auditBroken, answer.view.sentence)
    }
    try output.print(answer) { [$0.sentence] }
  }
}
