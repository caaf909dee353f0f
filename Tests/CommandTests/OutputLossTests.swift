import Glibc
import Promises
import Testing

@testable import envgate

/// The rules of a lost output, without any stream.
@Suite struct OutputLossTests {
  typealias Sight = (mode: mode_t, terminal: Bool, stream: Bool, journal: Bool)

  @Test(
    .promise(.lostOutputTakesBack),
    arguments: [
      ((S_IFIFO, false, false, false), .pipe), ((S_IFSOCK, false, true, false), .socket),
      ((S_IFCHR, true, false, false), .terminal),
      // Files keep it, /dev/null wants nothing, datagrams are lost one by one, the journal comes back.
      ((S_IFREG, false, false, false), nil), ((S_IFCHR, false, false, false), nil),
      ((S_IFSOCK, false, false, false), nil), ((S_IFSOCK, false, true, true), nil),
      ((S_IFBLK, false, false, false), nil), ((S_IFDIR, false, false, false), nil),
    ] as [(Sight, LosableOutput?)])
  func `lost-output: a pipe, a stream socket and a terminal can be lost, and nothing else`(
    sight: Sight, kind: LosableOutput?
  ) {
    #expect(
      LosableOutput(
        mode: sight.mode | 0o600, isTerminal: sight.terminal, isStream: sight.stream,
        isJournal: sight.journal) == kind)
  }

  @Test(.promise(.lostOutputTakesBack))
  func `lost-output: only the very file that JOURNAL_STREAM names is the journal`() {
    #expect(LosableOutput.isJournal("8:4711", device: 8, inode: 4711))
    for text in [nil, "", "8:471", "8:47110", "18:4711", "8:4711 "] as [String?] {
      #expect(!LosableOutput.isJournal(text, device: 8, inode: 4711))
    }
  }

  @Test(.promise(.lostOutputTakesBack))
  func `lost-output: a pipe is what poll says, the others also what a write has found`() {
    for kind in [LosableOutput.pipe, .socket, .terminal] {
      #expect(kind.isLost(isBroken: true, hasFailed: false))
      #expect(!kind.isLost(isBroken: false, hasFailed: false))
      #expect(kind.isLost(isBroken: false, hasFailed: true) == (kind != .pipe))
    }
  }

  @Test(.promise(.lostOutputTakesBack))
  func `lost-output: two looks two seconds apart decide, and one reader is enough`() {
    var loss = OutputLoss()
    #expect(loss.look([true, true], now: 10) == .doubtful(2_000))
    #expect(loss.look([true, true], now: 1_010) == .doubtful(1_000))
    #expect(loss.look([true, true], now: 2_009) == .doubtful(1))
    #expect(loss.look([true, true], now: 2_010) == .lost)
    for losable in [[], [false], [true, false], [false, true]] {
      var loss = OutputLoss()
      for now in stride(from: Int64(0), to: 9_000, by: 500) {
        #expect(loss.look(losable, now: now) == .heard, "\(losable)")
      }
    }
  }

  @Test(.promise(.lostOutputTakesBack))
  func `lost-output: a reader who comes back in between begins it anew`() {
    var loss = OutputLoss()
    #expect(loss.look([true], now: 0) == .doubtful(2_000))
    #expect(loss.look([false], now: 1_000) == .heard)
    #expect(loss.look([true], now: 2_500) == .doubtful(2_000))
    #expect(loss.look([true], now: 4_500) == .lost)
  }
}
