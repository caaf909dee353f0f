import ArgumentParser
import VaultCore

/// The unit of systemd that a request is for.
struct UnitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Ask for this unit of systemd: it may load --credential at each start, for --for.",
      valueName: "unit"))
  var unit: String?

  @Option(
    help: ArgumentHelp(
      "The unit's credential, by the name that LoadCredential= gives it.", valueName: "name"))
  var credential: String?

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "How long the approval stands: 1h to 366d.", valueName: "duration"))
  var length: TimeSpan?

  func validate() throws {
    if unit == nil, credential == nil, length == nil { return }
    guard unit != nil, credential != nil, let length else {
      throw ValidationError("--unit, --credential and --for need each other; add the missing one")
    }
    guard StandingApproval.range.contains(length.milliseconds) else {
      throw ValidationError("--for must be from 1h to 366d")
    }
    _ = try standing
  }

  /// What is asked for; nil where it is for a job.
  var standing: StandingApproval? {
    get throws {
      guard let unit, let credential, let length else { return nil }
      guard let name = UnitName(unit) else {
        throw ValidationError("--unit must be the full name of a unit, like web.service")
      }
      guard let both = UnitCredential(unit: name, id: credential) else {
        throw ValidationError(
          "--credential must be a file name without a colon, and together with the unit's name have at most "
            + "\(UnitName.longestWithCredential) bytes")
      }
      return StandingApproval(credential: both, length: length.milliseconds)
    }
  }
}
