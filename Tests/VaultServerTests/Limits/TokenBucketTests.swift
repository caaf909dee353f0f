import NIOCore
import Testing
import VaultCore

@testable import VaultServer

struct TokenBucketTests {
  private let rate = TokenBucket.Rate(perSecond: 10, burst: 20)
  private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

  @Test func `so many at once, then so many a second, and no more for having waited long`() {
    var bucket = TokenBucket(rate, now: start)
    for _ in 0..<20 { holds(bucket.take(1, rate, now: start)) }
    holds(!bucket.take(1, rate, now: start))
    holds(bucket.wait(for: 1, rate, now: start).milliseconds == 101)
    holds(!bucket.take(1, rate, now: start + .milliseconds(99)))
    holds(bucket.take(1, rate, now: start + .milliseconds(101)))
    var taken = 0
    let later = start + .hours(1)
    while bucket.take(1, rate, now: later) { taken += 1 }
    #expect(taken == 20)
  }

  @Test func `what is charged beyond what there is has to be waited for`() {
    var bucket = TokenBucket(rate, now: start)
    bucket.charge(50, rate, now: start)
    holds(bucket.wait(for: 1, rate, now: start).milliseconds == 3_101)
    holds(!bucket.take(1, rate, now: start + .milliseconds(3_000)))
    holds(bucket.take(1, rate, now: start + .milliseconds(3_200)))
  }

  @Test func `what costs more than there can ever be is let through by a full bucket, once`() {
    var bucket = TokenBucket(rate, now: start)
    holds(bucket.take(60, rate, now: start))
    holds(!bucket.take(1, rate, now: start + .seconds(3)))
    holds(bucket.take(1, rate, now: start + .seconds(5)))
  }

  @Test func `each lane has a bucket of its own, and a full one is forgotten`() {
    var buckets = TokenBuckets(rate)
    let one = Lane.subject(.account(1))
    while buckets.take(1, one, now: start) {}
    holds(buckets.take(1, .subject(.account(2)), now: start))
    buckets.forgetIdle(now: start + .seconds(1))
    holds(!buckets.take(20, one, now: start + .seconds(1)))
    buckets.forgetIdle(now: start + .seconds(60))
    holds(buckets.take(20, one, now: start + .seconds(60)))
  }

  @Test func `a clock that goes back takes nothing either`() {
    var bucket = TokenBucket(rate, now: start + .seconds(10))
    holds(bucket.take(1, rate, now: start))
  }

  @Test func `a clock that stands still or goes back gives nothing`() {
    var bucket = TokenBucket(rate, now: start + .seconds(10))
    while bucket.take(1, rate, now: start + .seconds(10)) {}
    holds(!bucket.take(1, rate, now: start))
    holds(!bucket.take(1, rate, now: start + .seconds(10)))
  }
}

/// What a call that changes its object has answered: `#expect` takes no such call.
private func holds(_ answer: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(answer, sourceLocation: sourceLocation)
}
