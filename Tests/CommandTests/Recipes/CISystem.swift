import Glibc

/// The CI systems for which there is a recipe of each way, each with as much of its runner as a recipe meets.
enum CISystem: CaseIterable {
  case githubActions
  case gitlab
  case jenkins
  case plainShell

  /// Whether a job that is run again is one of the same commit.
  var keepsCommit: Bool { self == .githubActions || self == .gitlab }

  /// What a part of a recipe did.
  struct Outcome {
    /// The exit code of the first step that failed.
    let code: Int32
    let steps: [Finished]
    var log: String { steps.map { $0.text + $0.stderr }.joined() }
  }

  /// Runs a part: `one step`, `several steps`, `evening`, `night`, `ask`.
  /// - Parameter commit: what the CI system runs it for; the newest of the project where nil.
  func run(_ part: String, on host: RecipeHost, at commit: String? = nil) throws -> Outcome {
    let isNightly = part == "evening" || part == "night"
    let way = isNightly ? "nightly" : part.replacing(" ", with: "-")
    let commit = try commit ?? host.project.tip
    return switch self {
    case .githubActions:
      try GitHubRunner(host, way, commit).job(isNightly ? "deploy-" + part : "deploy")
    case .gitlab: try GitLabRunner(host, way, commit).job(isNightly ? "deploy-" + part : "deploy")
    case .jenkins: try JenkinsAgent(host, way, commit).stage(isNightly ? part : "deploy")
    case .plainShell: try Self.plain(way, isNightly ? [part] : [], host)
    }
  }

  /// Runs a script of the shell's recipes.
  /// - Parameters:
  ///   - word: what it prints when it is told to end.
  ///   - cancel: how that is told.
  static func plain(
    _ way: String, _ arguments: [String], _ host: RecipeHost, endedAt word: String? = nil,
    by cancel: RecipeHost.Cancellation = .processGroup
  ) throws -> Outcome {
    let script = String(
      decoding: try readFile(RecipeHost.example("shell/\(way).sh")), as: UTF8.self)
    let done = try host.run(
      script, shell: ["/bin/bash"], arguments: arguments + [host.workspace], variables: [:],
      endedAt: word, by: cancel)
    return Outcome(code: done.code, steps: [done])
  }
}

/// Steps one after another, of which those behind a failure are left out.
struct StepSequence {
  private(set) var steps: [Finished] = []
  private(set) var code: Int32 = 0

  mutating func run(evenAfterFailure: Bool = false, _ step: () throws -> Finished) rethrows {
    guard code == 0 || evenAfterFailure else { return }
    let done = try step()
    steps.append(done)
    if code == 0 { code = done.code }
  }

  var outcome: CISystem.Outcome { .init(code: code, steps: steps) }
}
