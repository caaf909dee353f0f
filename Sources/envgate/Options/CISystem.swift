/// A CI system, and which of its documented variables say what about a job.
///
/// Lists of names are tried in order; the first that is set and not empty counts. A page is a URL with `${NAME}`
/// in it, and counts only where every name is set.
struct CISystem {
  /// The variables by one of which a job of it is known.
  let signs: [String]
  /// What the reason is made of: a word, and the variables that say it.
  let reason: [(word: String, names: [String])]
  let ref: [String]
  let commit: [String]
  let pages: [String]

  /// In the order in which they are looked for: a system that also sets another's variables comes first.
  static let all = [
    forgejo, github, woodpecker, gitlab, azurePipelines, buildkite, circleCI, teamCity, jenkins,
  ]

  /// Forgejo and Gitea Actions set GitHub's variables too, but their pages count runs by repository.
  private static let forgejo = CISystem(
    signs: ["FORGEJO_ACTIONS", "GITEA_ACTIONS"], reason: github.reason, ref: github.ref,
    commit: github.commit,
    pages: ["${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_NUMBER}"])

  /// GitHub Docs, "Default environment variables".
  private static let github = CISystem(
    signs: ["GITHUB_ACTIONS", "GITHUB_RUN_ID"],
    reason: [
      ("workflow", ["GITHUB_WORKFLOW"]), ("job", ["GITHUB_JOB"]), ("started by", ["GITHUB_ACTOR"]),
    ],
    ref: ["GITHUB_REF"], commit: ["GITHUB_SHA"],
    pages: ["${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}"])

  /// Woodpecker, "Built-in environment variables".
  private static let woodpecker = CISystem(
    signs: ["CI_SYSTEM_NAME"],
    reason: [
      ("repository", ["CI_REPO"]), ("workflow", ["CI_WORKFLOW_NAME"]), ("step", ["CI_STEP_NAME"]),
      ("started by", ["CI_PIPELINE_AUTHOR", "CI_COMMIT_AUTHOR"]),
    ],
    ref: ["CI_COMMIT_REF", "CI_COMMIT_BRANCH"], commit: ["CI_COMMIT_SHA"],
    pages: ["${CI_STEP_URL}", "${CI_PIPELINE_URL}"])

  /// GitLab Docs, "Predefined CI/CD variables reference".
  private static let gitlab = CISystem(
    signs: ["GITLAB_CI", "CI_JOB_ID"],
    reason: [("job", ["CI_JOB_NAME"]), ("started by", ["GITLAB_USER_LOGIN"])],
    ref: ["CI_COMMIT_REF_NAME"], commit: ["CI_COMMIT_SHA"],
    pages: ["${CI_JOB_URL}", "${CI_PIPELINE_URL}"])

  /// Microsoft Learn, "Use predefined variables". The collection's address ends with a slash.
  private static let azurePipelines = CISystem(
    signs: ["TF_BUILD"],
    reason: [
      ("pipeline", ["BUILD_DEFINITIONNAME"]), ("job", ["SYSTEM_JOBDISPLAYNAME", "AGENT_JOBNAME"]),
      ("started by", ["BUILD_REQUESTEDFOR"]),
    ],
    ref: ["BUILD_SOURCEBRANCH"], commit: ["BUILD_SOURCEVERSION"],
    pages: [
      "${SYSTEM_TEAMFOUNDATIONCOLLECTIONURI}${SYSTEM_TEAMPROJECT}/_build/results?buildId=${BUILD_BUILDID}"
    ])

  /// Buildkite Docs, "Environment variables". A page names its job behind the number sign.
  private static let buildkite = CISystem(
    signs: ["BUILDKITE"],
    reason: [
      ("pipeline", ["BUILDKITE_PIPELINE_NAME", "BUILDKITE_PIPELINE_SLUG"]),
      ("step", ["BUILDKITE_LABEL"]), ("started by", ["BUILDKITE_BUILD_CREATOR"]),
    ],
    ref: ["BUILDKITE_TAG", "BUILDKITE_BRANCH"], commit: ["BUILDKITE_COMMIT"],
    pages: ["${BUILDKITE_BUILD_URL}#${BUILDKITE_JOB_ID}", "${BUILDKITE_BUILD_URL}"])

  /// CircleCI Docs, "Project values and variables".
  private static let circleCI = CISystem(
    signs: ["CIRCLECI"],
    reason: [
      ("project", ["CIRCLE_PROJECT_REPONAME"]), ("job", ["CIRCLE_JOB"]),
      ("started by", ["CIRCLE_USERNAME"]),
    ],
    ref: ["CIRCLE_TAG", "CIRCLE_BRANCH"], commit: ["CIRCLE_SHA1"], pages: ["${CIRCLE_BUILD_URL}"])

  /// TeamCity Help, "List of Predefined Build Parameters"; it says no branch in the environment.
  private static let teamCity = CISystem(
    signs: ["TEAMCITY_VERSION"],
    reason: [
      ("project", ["TEAMCITY_PROJECT_NAME"]), ("build", ["TEAMCITY_BUILDCONF_NAME"]),
      ("number", ["BUILD_NUMBER"]),
    ],
    ref: [], commit: ["BUILD_VCS_NUMBER"], pages: ["${BUILD_URL}"])

  /// Jenkins, "Using environment variables", and its Git plugin's. A Buildbot that is told to set `BUILD_URL`
  /// and `GIT_COMMIT` is read so, too: it sets no variables of its own.
  private static let jenkins = CISystem(
    signs: ["BUILD_URL", "JENKINS_URL"], reason: [("job", ["JOB_NAME"])], ref: ["GIT_BRANCH"],
    commit: ["GIT_COMMIT"], pages: ["${BUILD_URL}"])
}
