import Glibc

/// A repository that recipes deploy: where everybody pushes to, and the runner's clone of it.
struct RecipeProject {
  let name: String
  let id: Int
  let origin: String
  let workspace: String
  private let home: String

  /// Makes it, with one commit, below the home of the runner, whose files they are.
  init(named name: String, id: Int, in home: String) throws {
    self.name = name
    self.id = id
    self.home = home
    origin = "\(home)/\(name).git"
    workspace = "\(home)/\(name)"
    // A deployment that shows in its log what it should not.
    let deploy = """
      #!/bin/bash
      set -e
      az group list
      if test -e ~/counts; then
        trap 'echo TERM >>~/signals' TERM
        trap 'echo INT >>~/signals' INT
        echo begun
        until test -s ~/signals; do sleep 0.1 || true; done
        sleep 1 || true
        envgate request list --json | jq -r '.[0].state' >>~/signals
        echo ended >>~/signals
        exit 3
      fi
      if test -e ~/hangs; then echo begun; exec sleep 60; fi
      echo "deployed ${1:-all} of version $(cat version) with $AZURE_CLIENT_SECRET"
      test ! -e ~/fails
      """
    let run = String(decoding: try readFile(RecipeHost.example("azure-run.sh")), as: UTF8.self)
    _ = try shell(
      """
      git init -q --bare -b main "$ORIGIN"
      git init -q -b main "$WORKSPACE"
      cd "$WORKSPACE"
      git remote add origin "$ORIGIN"
      mkdir ci
      printf %s "$RUN" >ci/azure-run.sh
      printf %s "$DEPLOY" >ci/deploy.sh
      chmod 755 ci/*.sh
      """, ["RUN": run, "DEPLOY": deploy])
    _ = try push(version: "first")
  }

  /// Makes a commit whose deployments say this version, and returns its hash.
  func push(version: String) throws -> String {
    try shell(
      """
      cd "$WORKSPACE"
      git checkout -q -B main $(git rev-parse -q --verify refs/remotes/origin/main)
      printf %s "$VERSION" >version
      git add .
      git -c user.name=a -c user.email=a@b.example commit -q -m "$VERSION"
      git push -q origin main
      git fetch -q origin
      git rev-parse HEAD
      """, ["VERSION": version])
  }

  /// The newest commit of the branch main.
  var tip: String { get throws { try shell(#"git -C "$ORIGIN" rev-parse main"#) } }

  /// Does what a runner does before a job's script.
  func checkOut(_ commit: String) throws {
    _ = try shell(
      #"cd "$WORKSPACE"; git checkout -q --force --detach "$COMMIT"; git clean -q -ffdx"#,
      ["COMMIT": commit])
  }

  private func shell(_ script: String, _ variables: [String: String] = [:]) throws -> String {
    let known = ["HOME": home, "ORIGIN": origin, "WORKSPACE": workspace]
    let done = try Programs.run(
      ["/bin/sh", "-ec", script], environment: known.merging(variables) { $1 },
      uid: TestDaemon.runner.uid)
    guard done.code == 0 else { throw HarnessFault("\(script): \(done.text)\(done.stderr)") }
    return done.text.split(separator: "\n").last.map(String.init) ?? ""
  }
}
