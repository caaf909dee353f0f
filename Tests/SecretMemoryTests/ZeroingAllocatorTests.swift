import CLinux
import Glibc
import Promises
import Testing

private let active = envgate_zeroing_allocator_active() == 1

@Suite(.enabled(if: active, "optional: the sanitizer's own allocator is in place"))
struct `The heap` {
  // A block of an unusual size, given back and taken again by the same thread, is the same block:
  // glibc's thread cache is last in, first out. Its first 16 bytes are the cache's own.
  @Test(.promise(.memoryIsZeroed), arguments: [300, 1_000, 100_000, 1_000_000])
  func `keeps nothing of a block that was freed`(size: Int) throws {
    let first = try #require(malloc(size))
    memset(first, 0xA5, size)
    free(first)
    let second = try #require(malloc(size))
    defer { free(second) }
    let left = UnsafeRawBufferPointer(start: second, count: size).count { $0 == 0xA5 }
    #expect(left < 16)
  }

  @Test(arguments: [(600, 5_000), (5_000, 600), (100_000, 100), (600, 601), (300_000, 900_000)])
  func `keeps the content of a block that changes its size and nothing behind`(
    from: Int, to: Int
  ) throws {
    let first = try #require(malloc(from))
    memset(first, 0x5A, from)
    let second = try #require(realloc(first, to))
    let kept = UnsafeRawBufferPointer(start: second, count: min(from, to))
    #expect(kept.allSatisfy { $0 == 0x5A })
    free(second)
    let third = try #require(malloc(from))
    defer { free(third) }
    #expect(UnsafeRawBufferPointer(start: third, count: from).count { $0 == 0x5A } < 16)
  }

  @Test func `keeps the manners of realloc(3)`() throws {
    let block = try #require(realloc(nil, 10))
    #expect(realloc(block, 0) == nil)
    #expect(reallocarray(nil, Int.max, 16) == nil)
    #expect(errno == ENOMEM)
    free(nil)
  }
}
