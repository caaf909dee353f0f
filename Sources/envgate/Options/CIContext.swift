import VaultCore

/// What a CI runner says about its job in the job's environment. All of it is claimed, none proven.
enum CIContext {
  /// The parts that the variables of a known runner give.
  ///
  /// GitHub Actions ("Default environment variables"), GitLab ("Predefined variables"), Jenkins
  /// ("Using environment variables"), in this order; the first that is there speaks alone.
  static func context(_ variable: @escaping (String) -> String?) -> RequestContext {
    let value = { (name: String) in variable(name).flatMap { $0.isEmpty ? nil : $0 } }
    if value("GITHUB_ACTIONS") != nil || value("GITHUB_RUN_ID") != nil { return github(value) }
    if value("GITLAB_CI") != nil || value("CI_JOB_ID") != nil { return gitlab(value) }
    if value("BUILD_URL") != nil || value("JENKINS_URL") != nil { return jenkins(value) }
    return RequestContext(commit: value("GIT_COMMIT"))
  }

  private static func github(_ value: (String) -> String?) -> RequestContext {
    var context = RequestContext(ref: value("GITHUB_REF"), commit: value("GITHUB_SHA"))
    context.reason = sentence([
      ("workflow", value("GITHUB_WORKFLOW")), ("job", value("GITHUB_JOB")),
      ("started by", value("GITHUB_ACTOR")),
    ])
    if let server = value("GITHUB_SERVER_URL"), let repository = value("GITHUB_REPOSITORY"),
      let run = value("GITHUB_RUN_ID")
    {
      context.runURL = "\(server)/\(repository)/actions/runs/\(run)"
    }
    return context
  }

  private static func gitlab(_ value: (String) -> String?) -> RequestContext {
    RequestContext(
      reason: sentence([
        ("job", value("CI_JOB_NAME")), ("started by", value("GITLAB_USER_LOGIN")),
      ]),
      ref: value("CI_COMMIT_REF_NAME"), commit: value("CI_COMMIT_SHA"),
      runURL: value("CI_JOB_URL") ?? value("CI_PIPELINE_URL"))
  }

  private static func jenkins(_ value: (String) -> String?) -> RequestContext {
    RequestContext(
      reason: sentence([("job", value("JOB_NAME"))]), ref: value("GIT_BRANCH"),
      commit: value("GIT_COMMIT"), runURL: value("BUILD_URL"))
  }

  private static func sentence(_ parts: [(word: String, value: String?)]) -> String? {
    let said = parts.compactMap { part in part.value.map { "\(part.word) \($0)" } }
    return said.isEmpty ? nil : said.joined(separator: ", ")
  }
}
