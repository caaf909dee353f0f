import Glibc

/// The CI systems for which there is a recipe, each with as much of its runner as a recipe meets.
enum CISystem: CaseIterable {
  case githubActions
  case gitlab
  case jenkins
  case plainShell

  /// What a part of a recipe did.
  struct Outcome {
    /// The exit code of the first step that failed.
    let code: Int32
    let steps: [Finished]
    var log: String { steps.map { $0.text + $0.stderr }.joined() }
  }

  /// Runs a part: `one step`, `several steps`, `evening`, `night`, `ask`.
  func run(_ part: String, on host: RecipeHost) throws -> Outcome {
    switch self {
    case .githubActions:
      try GitHubRunner(host).job(part.replacing(" ", with: "-"))
    case .gitlab: try GitLabRunner(host).job(part.replacing(" ", with: "-"))
    case .jenkins: try JenkinsAgent(host).stage(part)
    case .plainShell: try Self.plain(part, host)
    }
  }

  private static func plain(_ part: String, _ host: RecipeHost) throws -> Outcome {
    let script = String(decoding: try readFile(RecipeHost.example("ci.sh")), as: UTF8.self)
    let done = try host.run(
      script.replacing("${1:-}", with: part.replacing(" ", with: "-")),
      shell: ["/bin/bash"], variables: ["WORKSPACE": host.workspace])
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
