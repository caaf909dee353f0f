import ArgumentParser

/// `envgate-bench compare`: how fast values leave.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Measures releases a second beside a durable SET of redis, with one and the same client.",
    discussion: """
      Both sides take a line and answer with a line. Runs are interleaved; medians and spread are
      printed. The caller starts both daemons: redis-server with --appendonly yes --appendfsync always
      on a Unix socket, envgated with an unprotected environment that holds the secret.
      """)

  @Option(help: "The socket of envgated.") var socket: String
  @Option(help: "The Unix socket of redis-server; without it only envgate is measured.")
  var redisSocket: String?
  @Option(help: "The unprotected environment.") var environment = "development"
  @Option(help: "The secret in it.") var secret = "AZURE_CREDENTIALS"
  @Option(help: "Bytes of the value that redis stores.") var valueBytes = 1_500
  @Option(help: "Connections of one run.") var connections = 50
  @Option(help: "Lines on their way at once on each connection.") var depth = 1
  @Option(help: "Seconds of one run; with --count at most so many.") var seconds = 3.0
  @Option(help: "Releases of one run, instead of as many as the seconds allow.") var count: Int?
  @Option(help: "Runs of each side.") var runs = 5

  func run() throws {
    let release = LineLoad(
      socketPath: socket, connections: connections, depth: depth, seconds: seconds,
      count: count,
      line: Array(
        """
        {"jsonrpc":"2.0","id":1,"method":"secret.get","params":{"environment":"\(environment)","name":"\(secret)"}}

        """.utf8), good: Array("\"result\"".utf8))
    let value = String(repeating: "x", count: valueBytes)
    let set = redisSocket.map {
      LineLoad(
        socketPath: $0, connections: connections, depth: depth, seconds: seconds,
        line: Array("SET envgate:bench \(value)\r\n".utf8), good: Array("+OK".utf8))
    }
    var ours: [LineLoad.Result] = []
    var theirs: [LineLoad.Result] = []
    for run in 1...max(1, runs) {
      if let set {
        theirs.append(try set.run())
        show("redis SET", run, theirs[run - 1])
      }
      ours.append(try release.run())
      show("envgate release", run, ours[run - 1])
    }
    summarize("envgate release", ours)
    if !theirs.isEmpty {
      summarize("redis SET", theirs)
      let ratios = zip(ours, theirs).map { $0.rate / $1.rate }.sorted()
      print(
        "ratio, run by run: median \(decimal(ratios[ratios.count / 2])), "
          + "\(decimal(ratios[0])) to \(decimal(ratios[ratios.count - 1]))")
    }
  }

  private func show(_ name: String, _ run: Int, _ result: LineLoad.Result) {
    print(
      "run \(run) \(name): \(Int(result.rate))/s, p50 \(Int(result.median)) us, "
        + "p99 \(Int(result.p99)) us" + (result.bad > 0 ? ", \(result.bad) BAD ANSWERS" : ""))
  }

  private func summarize(_ name: String, _ results: [LineLoad.Result]) {
    let rates = results.map(\.rate).sorted()
    print(
      "\(name): median \(Int(rates[rates.count / 2]))/s, "
        + "\(Int(rates[0])) to \(Int(rates[rates.count - 1]))")
  }
}
