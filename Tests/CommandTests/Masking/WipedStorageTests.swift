import Glibc
import Promises
import Testing

@testable import envgate

@Suite struct WipedStorageTests {
  @Test(.promise(.noCore), arguments: [1, 1_000, 1 << 20])
  func `patterns lie in locked memory, in no core and in no forked child`(count: Int) throws {
    var storage = WipedStorage<UInt8>(repeating: 7, count: count)
    for size in [count, 4 * count] {
      storage.grow(to: size, filling: 7)
      let flags = try flags(at: UInt(bitPattern: storage.base))
      #expect(flags.isSuperset(of: ["dd", "wf"]))
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue), &limit)
      if geteuid() == 0 || limit.rlim_cur >= 64 << 20 { #expect(flags.contains("lo")) }
      #expect(stride(from: 0, to: size, by: 61).allSatisfy { storage[$0] == 7 })
    }
  }

  /// What the kernel says of the mapping (proc(5), smaps).
  private func flags(at address: UInt) throws -> Set<String> {
    var isThere = false
    for line in String(decoding: try readFile("/proc/self/smaps"), as: UTF8.self).split(
      separator: "\n")
    {
      let bounds = line.prefix { $0 != " " }.split(separator: "-").map { UInt($0, radix: 16) }
      if bounds.count == 2, let low = bounds[0], let high = bounds[1] {
        isThere = (low..<high).contains(address)
      } else if isThere, line.hasPrefix("VmFlags:") {
        return Set(line.dropFirst(8).split(separator: " ").map(String.init))
      }
    }
    throw HarnessFault("no mapping")
  }
}
