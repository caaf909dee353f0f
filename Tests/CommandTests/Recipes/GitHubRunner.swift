import Glibc

/// What a GitHub runner does with our workflow and action: expressions, variables, files, shells.
final class GitHubRunner {
  private let host: RecipeHost
  private let way: String
  private let commit: String
  private var variables: [String: String]
  private var files = 0
  private var word: String?

  init(_ host: RecipeHost, _ way: String, _ commit: String) {
    self.host = host
    self.way = way
    self.commit = commit
    variables = [
      "CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": "1658821493",
      "GITHUB_REPOSITORY": "octo/\(host.project.name)", "GITHUB_SERVER_URL": "https://github.com",
      "GITHUB_WORKFLOW": "deploy", "GITHUB_ACTOR": "alice-gh", "GITHUB_REF": "refs/heads/main",
      "GITHUB_SHA": commit, "GITHUB_EVENT_NAME": "push",
      "GITHUB_WORKFLOW_REF":
        "octo/\(host.project.name)/.github/workflows/\(way).yml@refs/heads/main",
      "GITHUB_WORKSPACE": host.workspace, "RUNNER_TEMP": host.home + "/temp",
      "RUNNER_OS": "Linux",
    ]
  }

  /// - Parameter word: what a step prints when somebody cancels it.
  func job(_ name: String, cancelledAt word: String? = nil) throws -> CISystem.Outcome {
    self.word = word
    let workflow = try file("github-actions/\(way).yml")
    guard workflow["defaults", "run", "shell"]?.text == "bash",
      let steps = workflow["jobs", name, "steps"]?.items, !steps.isEmpty
    else { throw HarnessFault("no job \(name), or its shell is not bash") }
    variables["GITHUB_JOB"] = host.jobPrefix + name
    var scope = ["github.sha": commit, "toJSON(matrix)": host.matrix]
    var sequence = StepSequence()
    for step in steps {
      if step["uses"]?.text?.hasPrefix("actions/checkout@") == true {
        guard let ref = step["with", "ref"]?.text else {
          throw HarnessFault("a checkout that says no commit")
        }
        if sequence.code == 0 { try host.project.checkOut(try evaluated(ref, scope)) }
        continue
      }
      scope["job.status"] = sequence.code == 0 ? "success" : "failure"
      if let action = step["uses"]?.text {
        guard action == "./.github/actions/envgate" else {
          throw HarnessFault("what is \(action)?")
        }
        try self.action(step, &scope, &sequence)
      } else {
        try run(step, &scope, &sequence)
      }
    }
    return sequence.outcome
  }

  private func file(_ name: String) throws -> RecipeYAML {
    try RecipeYAML(String(decoding: try readFile(RecipeHost.example(name)), as: UTF8.self))
  }

  /// Runs the composite action in a scope of its own, which sees its inputs alone.
  private func action(
    _ step: RecipeYAML, _ scope: inout [String: String], _ sequence: inout StepSequence
  ) throws {
    let action = try file("github-actions/envgate/action.yml")
    guard action["runs", "using"]?.text == "composite" else { throw HarnessFault("not composite") }
    var inner: [String: String] = [:]
    let given = Dictionary(
      uniqueKeysWithValues: (step["with"]?.members ?? []).map { ($0.key, $0.value.text ?? "") })
    let inputs = action["inputs"]?.members ?? []
    for name in given.keys where !inputs.contains(where: { $0.key == name }) {
      throw HarnessFault("the action has no input \(name)")
    }
    for input in inputs {
      inner["inputs." + input.key] = try evaluated(
        given[input.key] ?? input.value["default"]?.text ?? "", scope)
    }
    for step in action["runs", "steps"]?.items ?? [] {
      guard step["shell"]?.text == "bash" else { throw HarnessFault("a step needs its shell") }
      try run(step, &inner, &sequence)
    }
    guard let id = step["id"]?.text else { return }
    for output in action["outputs"]?.members ?? [] {
      scope["steps.\(id).outputs.\(output.key)"] = try evaluated(
        output.value["value"]?.text ?? "", inner)
    }
  }

  private func run(
    _ step: RecipeYAML, _ scope: inout [String: String], _ sequence: inout StepSequence
  ) throws {
    guard let script = step["run"]?.text, !script.contains("${{") else {
      throw HarnessFault("a step without a script, or with an expression pasted into it")
    }
    var environment = variables
    for (name, value) in step["env"]?.members ?? [] {
      environment[name] = try evaluated(value.text ?? "", scope)
    }
    for name in ["GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"] {
      files += 1
      environment[name] = "\(host.home)/temp/\(name.lowercased())_\(files)"
      try write("", environment[name] ?? "")
      chown(environment[name] ?? "", TestDaemon.runner.uid, TestDaemon.runner.uid)
    }
    let isAlways = step["if"]?.text == "always()"
    if !isAlways, let condition = step["if"]?.text { throw HarnessFault("if: \(condition)?") }
    try sequence.run(evenAfterFailure: isAlways) {
      try host.run(
        script, shell: ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail"],
        variables: environment, endedAt: word, by: .shellAlone)
    }
    guard let id = step["id"]?.text else { return }
    let output = String(decoding: try readFile(environment["GITHUB_OUTPUT"] ?? ""), as: UTF8.self)
    for (name, value) in try SecretFormatReaders.githubPairs(output) {
      scope["steps.\(id).outputs.\(name)"] = value
    }
  }

  /// A text with its expressions replaced; what a step did not say is empty, as with GitHub.
  private func evaluated(_ text: String, _ scope: [String: String]) throws -> String {
    var result = ""
    var rest = text[...]
    while let start = rest.firstRange(of: "${{ ") {
      guard let end = rest.firstRange(of: " }}") else { throw HarnessFault("open: \(text)") }
      let name = String(rest[start.upperBound..<end.lowerBound])
      guard let value = scope[name] ?? (name.hasPrefix("steps.") ? "" : nil) else {
        throw HarnessFault("what is \(name)?")
      }
      result += rest[..<start.lowerBound] + value
      rest = rest[end.upperBound...]
    }
    return result + rest
  }
}
