import Glibc

/// What a Jenkins agent does with the `sh` steps of our pipeline: `sh -xe`, a shell a step.
struct JenkinsAgent {
  private let host: RecipeHost
  private let way: String
  private let commit: String

  init(_ host: RecipeHost, _ way: String, _ commit: String) {
    self.host = host
    self.way = way
    self.commit = commit
  }

  func stage(_ name: String) throws -> CISystem.Outcome {
    let blocks = try blocks(of: name)
    guard let first = blocks.first, first.section == "steps" else {
      throw HarnessFault("no stage \(name) with steps")
    }
    let variables = [
      "BUILD_URL": "https://ci.example/job/app/7/", "JENKINS_URL": "https://ci.example/",
      "JOB_NAME": "folder/\(host.project.name)", "BUILD_NUMBER": "7", "GIT_BRANCH": "origin/main",
      "PART": name, "STAGE_NAME": host.jobPrefix + name,
      "GIT_COMMIT": commit, "WORKSPACE": host.workspace,
      "WORKSPACE_TMP": host.workspace + "@tmp",
    ]
    try host.project.checkOut(commit)
    var sequence = StepSequence()
    for block in blocks where block.section == "steps" {
      try sequence.run {
        try host.run(block.script, shell: ["/bin/sh", "-xe"], variables: variables)
      }
    }
    let end = sequence.code == 0 ? "success" : "unsuccessful"
    for block in blocks where block.section == end {
      try sequence.run(evenAfterFailure: true) {
        try host.run(block.script, shell: ["/bin/sh", "-xe"], variables: variables)
      }
    }
    return sequence.outcome
  }

  /// The scripts of a stage, each with the section that it stands in.
  private func blocks(of stage: String) throws -> [(section: String, script: String)] {
    let file = String(
      decoding: try readFile(RecipeHost.example("jenkins/\(way).Jenkinsfile")), as: UTF8.self)
    guard let start = file.firstRange(of: "stage('\(stage)')")?.upperBound else { return [] }
    let rest = file[start...]
    let text = rest[..<(rest.firstRange(of: "stage('")?.lowerBound ?? rest.endIndex)]
    let parts = text.split(separator: "'''", omittingEmptySubsequences: false)
    var section = ""
    var blocks: [(section: String, script: String)] = []
    for (index, part) in parts.enumerated() {
      if index % 2 == 0 {
        for word in part.split(whereSeparator: { $0.isWhitespace })
        where ["steps", "success", "unsuccessful"].contains(word) { section = String(word) }
      } else {
        // Groovy would undo it before the shell sees it.
        if part.contains("\\") { throw HarnessFault("a backslash in \(stage)") }
        blocks.append((section, String(part)))
      }
    }
    return blocks
  }
}
