import CLinux
import Glibc

/// A process beside the command that tells which signals the whole process group was sent, and that keeps the
/// command's pipes readable where we are killed.
///
/// Made before a value is there and before there is a second thread. It ends with this object. Where it is gone,
/// killed say, nothing is heard any more and signals are passed on as if there had been none.
final class SignalWitness: @unchecked Sendable {
  // All that changes is its end, which is the main thread's.
  private let pid: pid_t
  private var hasEnded = false
  /// Can be read when there is something to hear.
  let channel: Int32

  /// - Parameter held: descriptors of which it keeps a copy, to read them to their ends once we are gone.
  /// - Returns: nil where there is no process to be had.
  init?(holding held: [Int32] = []) {
    var pid: Int32 = 0
    var channel: Int32 = -1
    // Safety: the array is lent for the call, which fills both integers.
    let failure = unsafe held.withUnsafeBufferPointer {
      unsafe envgate_start_witness($0.baseAddress, $0.count, &pid, &channel)
    }
    guard failure == 0 else { return nil }
    self.pid = pid
    self.channel = channel
  }

  deinit {
    end()
    _ = close(channel)
  }

  /// What it tells.
  enum Word {
    case sighting(SignalLedger.Signal, at: Int64)
    case answer
    case nothing
    case gone
  }

  /// The next thing that it has told. It waits for nothing.
  func hear() -> Word {
    var sighting = envgate_sighting()
    // Safety: the callee fills the local struct.
    switch unsafe envgate_hear_witness(channel, &sighting) {
    case 0 where sighting.signal.number == 0: return .answer
    case 0: return .sighting(SignalLedger.Signal(sighting.signal), at: sighting.at)
    case EAGAIN: return .nothing
    default: return .gone
    }
  }

  /// Has it tell all that it has had up to now, and then answer.
  func ask() { _ = envgate_tell_witness(channel, UInt8(ENVGATE_WITNESS_ASKED)) }

  /// Has it close a descriptor that it holds, by its place; from any thread.
  func release(_ index: UInt8) { _ = envgate_tell_witness(channel, index) }

  /// Ends it, and with it what it holds.
  func end() {
    if hasEnded { return }
    hasEnded = true
    envgate_end_witness(pid)
  }
}

extension SignalLedger.Signal {
  init(_ signal: envgate_signal) {
    self.init(number: signal.number, pid: signal.pid, uid: signal.uid)
  }
}
