import Glibc
import Promises
import StrictJSON
import Testing
import VaultCalls
import VaultCore

@testable import VaultProtocol

/// Swift compares text after normalization, which for one run of combining marks takes time by the square of its
/// length: one comparison of what stands here takes seconds.
@Suite struct `Words that are long to compare` {
  private static let marks = marks(30_000)

  private static func marks(_ count: Int) -> String {
    "s" + String(repeating: "\u{301}", count: count) + String(repeating: "\u{334}", count: count)
  }

  // By number, so that the run does not print them.
  private static let lines = [
    line(marks, "{}"),
    line("request.list", #"{"state":"\#(marks)"}"#),
    line("grant.activate", #"{"request":1,"hold":"\#(marks)"}"#),
    line("grant.close", #"{"request":1,"outcome":"\#(marks)"}"#),
    line("principal.get", #"{"principal":"\#(marks)"}"#),
    line("principal.get", #"{"principal":"\#(marks):"}"#),
    line(
      "environment.create",
      #"{"name":"e","requesters":["\#(marks(6_000))"],"unprotected":true}"#),
  ]

  private static func line(_ method: String, _ parameters: String) -> String {
    #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(parameters)}"#
  }

  // By the thread's own time: one comparison a line would make it minutes, on whichever host, and others beside it
  // make it no longer.
  @Test(.promise(.wordsAreBytes), arguments: lines.indices)
  func `fair-share: a run of combining marks is refused without being compared`(index: Int) {
    let line = Self.lines[index]
    let began = Self.processorTime()
    for _ in 0..<40 {
      guard case .malformed = Wire.incoming(line) else {
        Issue.record("it was taken")
        return
      }
    }
    #expect(Self.processorTime() - began < 30, "in seconds")
  }

  /// Seconds that this thread has had a processor.
  private static func processorTime() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec
  }
}
