import Glibc
import Promises
import Testing
import VaultCore

@testable import VaultServer

/// Metrics of a daemon that runs in this process, as a scraper and a person with cat(1) get them.
@Suite(.serialized) struct `the metrics of a daemon` {
  private final class Running {
    let bench: DaemonBench
    let daemon: RunningDaemon
    var file: String { bench.folder + "/metrics.prom" }
    var socket: String { bench.folder + "/metrics.sock" }

    init(group: UInt32? = nil) throws {
      bench = try DaemonBench()
      daemon = try bench.start(
        metrics: .init(
          file: bench.folder + "/metrics.prom", socket: bench.folder + "/metrics.sock", group: group
        ))
    }

    func ask(_ request: String) throws -> String {
      let lines = try SocketLines(socket)
      try lines.send(request)
      var text = ""
      while let line = try lines.line() { text += line + "\n" }
      return text
    }

    func scrape() throws -> String { try ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n") }

    func mode(_ path: String) -> (mode: mode_t, group: gid_t)? {
      var found = stat()
      return lstat(path, &found) == 0 ? (found.st_mode & 0o777, found.st_gid) : nil
    }

    deinit {
      daemon.stop()
      bench.remove()
    }
  }

  @Test func `count what is released and what is refused, and say what waits`() throws {
    let running = try Running()
    let client = try running.bench.client()
    for (method, isRefused) in [
      (
        #""environment.create","params":{"name":"development","requesters":["uid:\#(geteuid())"],"unprotected":true}"#,
        false
      ),
      (
        #""environment.create","params":{"name":"production","requesters":["uid:\#(geteuid())"],"rules":[{"reviewers":["uid:4712"],"required":1}]}"#,
        false
      ),
      (#""secret.set","params":{"environment":"development","name":"TOKEN","value":"a"}"#, false),
      (#""secret.set","params":{"environment":"production","name":"TOKEN","value":"a"}"#, false),
      (#""secret.get","params":{"environment":"development","name":"TOKEN"}"#, false),
      (#""secret.get","params":{"environment":"production","name":"TOKEN"}"#, true),
      (#""request.create","params":{"environment":"production"}"#, false),
    ] {
      let answer = try client.call(#"{"jsonrpc":"2.0","id":1,"method":\#(method)}"#)
      try #require(answer.contains("\"error\"") == isRefused, "\(answer)")
    }
    let text = try running.scrape()
    #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(text.hasSuffix("# EOF\n"))
    for line in [
      "envgate_secrets_released_total 1\n", "envgate_refusals_total{reason=\"gate.required\"} 1\n",
      "envgate_connections 1\n", "envgate_disk_trouble{trouble=\"full\"} 0\n",
      "envgate_warning{reason=\"audit.broken\"} 0\n",
    ] { #expect(text.contains(line), "\(line)") }
    #expect(!text.contains("development") && !text.contains("TOKEN"))
    #expect(
      eventually { (try? running.scrape())?.contains("envgate_requests_waiting 1\n") == true })
    #expect(!text.contains("envgate_commit_seconds_count 0\n"))
  }

  @Test(.promise(.metricsNameNobody))
  func `are the daemon's alone, and gone with it`() throws {
    var running: Running? = try Running()
    let (file, socket) = (try #require(running).file, try #require(running).socket)
    #expect(eventually { access(file, F_OK) == 0 })
    #expect(try #require(running?.mode(file)?.mode) == 0o600)
    #expect(try #require(running?.mode(socket)?.mode) == 0o600)
    #expect(access(file + ".new", F_OK) != 0)
    running = nil
    #expect(access(file, F_OK) != 0 && access(socket, F_OK) != 0)
  }

  @Test(.promise(.metricsNameNobody), .enabled(if: geteuid() == 0, "only root has other groups"))
  func `are readable by the group that the configuration names`() throws {
    let running = try Running(group: 4_711)
    #expect(eventually { access(running.file, F_OK) == 0 })
    let file = try #require(running.mode(running.file))
    #expect(file.mode == 0o640 && file.group == 4_711)
    let socket = try #require(running.mode(running.socket))
    #expect(socket.mode == 0o660 && socket.group == 4_711)
  }

  @Test func `are shown to others while a reader hangs, and a stop waits for no reader`() throws {
    let running = try Running()
    let silent = try SocketLines(running.socket)
    try silent.send("GET /metrics")
    #expect(try running.scrape().hasSuffix("# EOF\n"))
    let again = try SocketLines(running.socket)
    let began = RunningDaemon.reading().boot
    running.daemon.stop()
    #expect(RunningDaemon.reading().boot - began < 1_500)
    _ = again
  }
}
