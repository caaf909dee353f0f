import Glibc

/// A mutex with a condition. No wait lasts longer than 20 seconds, so that a test that would hang
/// fails.
///
/// Unchecked: the state is touched under the mutex alone, whose memory lives as long as this
/// object.
class Monitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  func change<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(mutex)
    }
    return body()
  }

  /// Waits until `body` answers something; nil where it does not in time.
  func wait<Result>(_ body: () -> Result?) -> Result? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    var end = timespec()
    clock_gettime(CLOCK_REALTIME, &end)
    end.tv_sec += 20
    while true {
      if let result = body() { return result }
      if pthread_cond_timedwait(changed, mutex, &end) != 0 { return body() }
    }
  }
}

/// What another thread says, in order.
final class Inbox<Value: Sendable>: Monitor, @unchecked Sendable {
  private var values: [Value] = []

  func put(_ value: Value) { change { values.append(value) } }
  /// The next value; waits for it.
  func take() -> Value? { wait { values.isEmpty ? nil : values.removeFirst() } }
  var count: Int { change { values.count } }
}

/// A door that threads stand before until it is opened.
final class Door: Monitor, @unchecked Sendable {
  private var isOpen: Bool
  private var arrivals = 0

  init(open: Bool) {
    isOpen = open
    super.init()
  }

  /// Counts an arrival, and returns when the door is open.
  func pass() {
    change { arrivals += 1 }
    _ = wait { isOpen ? true : nil }
  }

  func open() { change { isOpen = true } }
  var arrived: Int { change { arrivals } }
  /// Whether so many have come, sooner or later.
  func hasSeen(_ count: Int) -> Bool { wait { arrivals >= count ? true : nil } ?? false }
}

/// Time that passes when a test says so.
final class HandClock: Monitor, @unchecked Sendable {
  private var time: Int64 = 1_000_000
  private var alarms: [@Sendable () -> Void] = []

  @Sendable func now() -> Int64 { change { time } }
  func pass(_ milliseconds: Int64) { change { time += milliseconds } }
  @Sendable func after(_ milliseconds: Int64, _ fire: @escaping @Sendable () -> Void) {
    change { alarms.append(fire) }
  }
  /// Lets each wait that was begun come to its end.
  func ring() {
    let due = change {
      defer { alarms = [] }
      return alarms
    }
    for fire in due { fire() }
  }
}

/// Whether it is so before long: another thread does it.
func eventually(_ isSo: () -> Bool) -> Bool {
  for _ in 0..<1_000 {
    if isSo() { return true }
    usleep(20_000)
  }
  return false
}
