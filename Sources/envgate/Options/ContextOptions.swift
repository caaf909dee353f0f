import ArgumentParser
import VaultClient

/// What a request says about itself, and how long its maker waits.
struct ContextOptions: ParsableArguments {
  @Option(help: "Why; one line that the reviewers read.")
  var reason: String?

  @Option(help: "The ref that the job runs for (else from the CI's variables).")
  var ref: String?

  @Option(help: "The commit (else from the CI's variables).")
  var commit: String?

  @Option(help: ArgumentHelp("The run's page (else from the CI's variables).", valueName: "url"))
  var runURL: String?

  @Option(
    help: ArgumentHelp(
      "A name for the job: reviewers are shown the requests that claim the same name beside each other.",
      valueName: "text"))
  var key: String?

  @Option(
    help: ArgumentHelp("Give up waiting after this long: 90s, 10m, 24h.", valueName: "duration"))
  var timeout: TimeSpan?

  @Flag(help: ArgumentHelp(withParentHelp))
  var withParent = false

  /// Of each command that waits.
  static let withParentHelp: String =
    "End the wait, too, when the process that started envgate has ended."

  var claims: RequestClaims {
    RequestClaims(reason: reason, ref: ref, commit: commit, runURL: runURL, key: key)
  }

  /// Up to when the gate is waited for; nil without end.
  var deadline: WaitDeadline? { timeout?.deadline }
}
