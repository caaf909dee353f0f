import ArgumentParser
import VaultClient

/// What a request says about itself, and how long its maker waits.
struct ContextOptions: ParsableArguments {
  @Option(help: "The reason, one line that the reviewers read.")
  var reason: String?

  @Option(help: "The branch or tag of the job (default: from the CI's variables).")
  var ref: String?

  @Option(help: "The commit of the job (default: from the CI's variables).")
  var commit: String?

  @Option(
    help: ArgumentHelp(
      "The web page of the run (default: from the CI's variables).", valueName: "url"))
  var runURL: String?

  @Option(
    help: ArgumentHelp(
      "A name for the job. Reviewers see the requests that claim the same name together.",
      valueName: "text"))
  var key: String?

  @Option(
    help: ArgumentHelp("Stop waiting after this time: 90s, 10m, 24h.", valueName: "duration"))
  var timeout: TimeSpan?

  @Flag(help: ArgumentHelp(withParentHelp))
  var withParent = false

  /// Of each command that waits.
  static let withParentHelp: String =
    "Also end the wait when the process that started envgate ends."

  var claims: RequestClaims {
    RequestClaims(reason: reason, ref: ref, commit: commit, runURL: runURL, key: key)
  }

  /// Up to when the gate is waited for; nil without end.
  var deadline: WaitDeadline? { timeout?.deadline }
}
