import Glibc

/// What a Buildbot worker does with the deploying step of our master.cfg: no shell, the step's variables, and on a
/// cancel SIGTERM to the process group.
///
/// The real thing comes from PyPI; here Python reads the file with stand-ins for Buildbot's plugins.
struct BuildbotWorker {
  private let host: RecipeHost

  init(_ host: RecipeHost) { self.host = host }

  /// - Parameter word: what the step prints when somebody cancels the build.
  func deploy(cancelledAt word: String? = nil) throws -> Finished {
    let commit = try host.project.tip
    try host.project.checkOut(commit)
    let folder = host.daemon.folder + "/buildbot"
    mkdir(folder, 0o755)
    try write("word", folder + "/build1.password")
    let read = try Programs.run(
      [
        "/usr/bin/env", "-C", folder, "/usr/bin/python3", "-c", Self.reader,
        RecipeHost.example("buildbot/master.cfg"), commit,
      ])
    guard read.code == 0 else { throw HarnessFault("master.cfg: \(read.stderr)") }
    return try host.run(
      read.text, shell: ["/bin/sh"], variables: [:], endedAt: word, by: .processGroup)
  }

  /// Prints the last step of the only builder as a line for a shell.
  private static let reader = #"""
    import shlex, sys, types

    class Made(dict):
        def access(self, how): return (self["kind"], how)

    class Maker:
        def __init__(self, kind): self.kind = kind
        def __getattr__(self, name): return Maker(name)
        def __call__(self, *given, **named): return Made(named, kind=self.kind, given=given)

    plugins = types.ModuleType("buildbot.plugins")
    for name in ("schedulers", "steps", "util", "worker"): setattr(plugins, name, Maker(name))
    sys.modules.update({"buildbot": types.ModuleType("buildbot"), "buildbot.plugins": plugins})
    file = {}
    exec(open(sys.argv[1]).read(), file)
    (builder,) = file["BuildmasterConfig"]["builders"]
    git, step = builder["factory"]["given"][0]
    if git["kind"] != "Git" or git["method"] != "clobber": sys.exit("not a fresh checkout")
    if not 0 < step["sigtermTime"] < step["maxTime"]: sys.exit("a cancel would be SIGKILL")
    if step["logEnviron"]: sys.exit("the log would show the worker's environment")
    known = {"buildername": "deploy", "branch": "main", "got_revision": sys.argv[2]}
    def filled(value):
        return known[value["given"][0]] if isinstance(value, Made) else "https://" + value.kind
    for name, value in step["env"].items(): print("export", name + "=" + shlex.quote(filled(value)))
    print("exec", shlex.join(step["command"]))
    """#
}
