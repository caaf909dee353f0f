import Testing

@testable import VaultServer

@Suite struct `who waits on a request` {
  @Test func `is woken by its change, once`() {
    var waiters = Waiters()
    let found1 = waiters.park(1, on: 7, asOf: 1)
    #expect(found1)
    let found2 = waiters.park(2, on: 8, asOf: 1)
    #expect(found2)
    let found3 = waiters.changed([7], in: 2)
    #expect(found3 == [1])
    let found4 = waiters.changed([7], in: 3)
    #expect(found4 == [])
    let found5 = waiters.unpark(2, from: 8)
    #expect(found5)
    let found6 = waiters.unpark(2, from: 8)
    #expect(!found6)
    let found7 = waiters.changed([8], in: 4)
    #expect(found7 == [])
  }

  @Test func `looks again where the request changed while its answer waited for its turn`() {
    var waiters = Waiters()
    _ = waiters.changed([7], in: 5)
    // What came with the same batch may be older than the change.
    let found8 = waiters.park(1, on: 7, asOf: 4)
    #expect(!found8)
    let found9 = waiters.park(1, on: 7, asOf: 5)
    #expect(!found9)
    let found10 = waiters.park(1, on: 7, asOf: 6)
    #expect(found10)
    let found11 = waiters.park(2, on: 8, asOf: 4)
    #expect(found11)
    waiters.settled()
    let found12 = waiters.park(3, on: 7, asOf: 5)
    #expect(found12)
  }

  @Test func `looks again where too much changed to know what`() {
    var waiters = Waiters()
    for batch: UInt64 in 1...30 {
      _ = waiters.changed((0..<1_000).map { Int64(batch) * 1_000 + $0 }, in: batch)
    }
    let found13 = waiters.park(1, on: 1, asOf: 20)
    #expect(!found13)
    let found14 = waiters.park(1, on: 30_500, asOf: 30)
    #expect(!found14)
    let found15 = waiters.park(1, on: 30_500, asOf: 31)
    #expect(found15)
    let found16 = waiters.park(2, on: 1, asOf: 31)
    #expect(found16)
  }
}
