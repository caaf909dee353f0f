import Glibc

/// What a GitLab runner does with our job file: one shell for `script`, another for `after_script`.
struct GitLabRunner {
  private let host: RecipeHost
  private let way: String
  private let commit: String

  init(_ host: RecipeHost, _ way: String, _ commit: String) {
    self.host = host
    self.way = way
    self.commit = commit
  }

  /// - Parameter word: what the job prints when somebody cancels it.
  func job(_ name: String, cancelledAt word: String? = nil) throws -> CISystem.Outcome {
    let file = try RecipeYAML(
      String(decoding: try readFile(RecipeHost.example("gitlab/\(way).yml")), as: UTF8.self))
    guard let job = file[name], let script = Self.script(job["script"]) else {
      throw HarnessFault("no job \(name) with a script")
    }
    let inContainer = job["image"] != nil
    if job["variables", "GIT_STRATEGY"]?.text != "none" { try host.project.checkOut(commit) }
    var variables = [
      "CI": "true", "GITLAB_CI": "true", "CI_JOB_ID": "50",
      "CI_JOB_NAME": host.jobPrefix + name,
      "CI_JOB_URL": "https://gitlab.example/app/-/jobs/50", "CI_PIPELINE_ID": "7",
      "CI_PROJECT_ID": "\(host.project.id)",
      "CI_COMMIT_SHA": commit, "CI_COMMIT_REF_NAME": "main",
      "CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main", "CI_PIPELINE_SOURCE": "push",
      "CI_PROJECT_DIR": host.workspace, "GITLAB_USER_LOGIN": "alice",
    ]
    // A job's own variables, in which the runner replaces those that it knows.
    let own = (job["variables"]?.members ?? []).map { name, value in
      "export \(name)=\"\(value.text ?? "")\"\n"
    }.joined()
    var sequence = StepSequence()
    func run(_ script: String, evenAfterFailure: Bool = false) throws {
      try sequence.run(evenAfterFailure: evenAfterFailure) {
        try host.run(
          "set -eo pipefail\n" + own + script, shell: ["/bin/bash"], variables: variables,
          inContainer: inContainer, endedAt: word)
      }
    }
    try run(script)
    variables["CI_JOB_STATUS"] = sequence.code == 0 ? "success" : "failed"
    if let after = Self.script(job["after_script"]) { try run(after, evenAfterFailure: true) }
    return sequence.outcome
  }

  private static func script(_ node: RecipeYAML?) -> String? {
    node.map { $0.items.map { ($0.text ?? "") + "\n" }.joined() }
  }
}
