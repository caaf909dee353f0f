import Glibc
import Promises
import Testing

@testable import VaultServer

@Suite struct `subordinate uids` {
  @Test(
    arguments: [
      ("alice:100000:65536\n", [100_000...165_535]),
      ("1500:100000:1", [100_000...100_000]),
      ("a:0x186a0:0x10", [100_000...100_015]),
      ("a:1000:10\nb:1005:20\nc:5000:1", [1_000...1_024, 5_000...5_000]),
      ("b:5000:10\na:1000:10", [1_000...1_009, 5_000...5_009]),
      ("a:4294967290:100", [4_294_967_290...4_294_967_295]),
      ("a:1:18446744073709551615", [1...4_294_967_295]),
      ("a:1000:10:more", [1_000...1_009]),
      ("a:4294967296:1", []), ("a:1000:0", []), ("a:1000", []), ("a::10", []), ("a:1000:", []),
      ("a:10x:10", []), ("", []), ("\n\n# a comment\n", []),
      ("a:99999999999999999999:1", []),
    ] as [(String, [ClosedRange<UInt32>])])
  func `are read as newuidmap reads them`(text: String, ranges: [ClosedRange<UInt32>]) {
    #expect(SubordinateIDs.ranges(Array(text.utf8)) == ranges)
  }

  @Test func `kernel-identity: both ends of a range are in it and their neighbours are not`() throws
  {
    let scratch = try Scratch()
    let ids = SubordinateIDs(
      path: try scratch.write("alice:100000:65536\nbob:200000:2\n", to: "subuid"))
    for uid: UInt32 in [100_000, 100_001, 165_535, 200_000, 200_001] {
      #expect(try ids.contains(uid), "\(uid)")
    }
    for uid: UInt32 in [0, 99_999, 165_536, 199_999, 200_002, .max] {
      #expect(try !ids.contains(uid), "\(uid)")
    }
  }

  @Test func `a change of the file counts at the next look`() throws {
    let scratch = try Scratch()
    let ids = SubordinateIDs(path: scratch.file("subuid"))
    #expect(try !ids.contains(100_000))
    try scratch.write("a:100000:1\n", to: "subuid")
    ids.refresh()
    #expect(try ids.contains(100_000))
    try scratch.write("a:200000:10\n", to: "subuid")
    ids.refresh()
    #expect(try !ids.contains(100_000))
    #expect(try ids.contains(200_009))
    try scratch.write("a:300000:10\n", to: "new")
    try #require(rename(scratch.file("new"), scratch.file("subuid")) == 0)
    ids.refresh()
    #expect(try ids.contains(300_000))
    unlink(scratch.file("subuid"))
    ids.refresh()
    #expect(try !ids.contains(300_000))
  }

  @Test(.promise(.listOfSubordinateUIDsIsAFile))
  func `kernel-identity: a list that was not looked at for ten seconds is no list`() throws {
    let scratch = try Scratch()
    let now = Locked<Int64>(0)
    let ids = SubordinateIDs(path: scratch.file("subuid")) { now.withLock { $0 } }
    now.withLock { $0 = 10_000 }
    #expect(try !ids.contains(1))
    now.withLock { $0 = 10_001 }
    #expect(throws: SystemFault.self) { try ids.contains(1) }
    ids.refresh()
    #expect(try !ids.contains(1))
  }

  @Test(.promise(.listOfSubordinateUIDsIsAFile))
  func `a change of the file counts while nobody asks for it, on a thread of its own`() throws {
    let scratch = try Scratch()
    let ids = SubordinateIDs(path: scratch.file("subuid"))
    let ended = Latch()
    defer { ended.open() }
    try ids.keepUp(until: ended)
    try scratch.write("a:100000:1\n", to: "subuid")
    var isThere = false
    for _ in 0..<2_000 where !isThere {
      isThere = try ids.contains(100_000)
      usleep(5_000)
    }
    #expect(isThere)
  }

  @Test func `a file that cannot be read is a fault, not an empty file`() throws {
    let scratch = try Scratch()
    try #require(mkdir(scratch.file("subuid"), 0o755) == 0)
    let ids = SubordinateIDs(path: scratch.file("subuid"))
    #expect(throws: SystemFault.self) { try ids.contains(1) }
    try #require(rmdir(scratch.file("subuid")) == 0)
    ids.refresh()
    #expect(try !ids.contains(1))
  }
}
