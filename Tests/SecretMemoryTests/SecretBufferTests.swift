import CLinux
import Promises
import Testing

@testable import SecretMemory

private let pattern = Array("correct horse battery staple".utf8)

@Suite struct `A secret buffer` {
  @Test func `holds what was filled in, byte for byte`() throws {
    let buffer = try SecretBuffer(capacity: 100) { target in
      target.copyBytes(from: pattern)
      return pattern.count
    }
    #expect(buffer.count == pattern.count)
    #expect(buffer.withUnsafeBytes { Array($0) } == pattern)
    let lent = buffer.withBytes { span in
      (0..<span.byteCount).map { span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
    }
    #expect(lent == pattern)
  }

  @Test func `may be empty`() throws {
    let buffer = try SecretBuffer(capacity: 0) { _ in 0 }
    #expect(buffer.count == 0)
    #expect(buffer.withUnsafeBytes { $0.isEmpty })
  }

  @Test(.promise(.memoryIsZeroed))
  func `is zeroed when the last reference goes`() throws {
    let arena = SecretArena(capacity: 1 << 20)
    var buffer: SecretBuffer? = try copy(of: pattern, in: arena)
    #expect(arena.contains(pattern))
    #expect(buffer?.count == pattern.count)
    buffer = nil
    #expect(!arena.contains(pattern))
  }

  @Test func `is zeroed when filling it fails`() throws {
    struct Fault: Error {}
    let arena = SecretArena(capacity: 1 << 20)
    #expect(throws: Fault.self) {
      _ = try SecretBuffer(capacity: 64, in: arena) { target in
        target.copyBytes(from: pattern)
        throw Fault()
      }
    }
    #expect(!arena.contains(pattern))
    #expect(arena.bytesInUse == 0)
  }

  @Test func `zeroes what was written beyond its count too`() throws {
    let arena = SecretArena(capacity: 1 << 20)
    var buffer: SecretBuffer? = try SecretBuffer(capacity: 64, in: arena) { target in
      target.copyBytes(from: pattern)
      return 1
    }
    #expect(buffer?.count == 1)
    buffer = nil
    #expect(!arena.contains(pattern))
  }

  @Test func `shows its size and nothing else`() throws {
    let buffer = try copy(of: pattern)
    var dumped = ""
    dump(buffer, to: &dumped)
    dump(["a": [buffer]], to: &dumped)
    let strings = [
      "\(buffer)", String(reflecting: buffer), "\([buffer])", String(describing: Optional(buffer)),
    ]
    let shown = strings.joined() + dumped
    #expect(shown.contains("SecretBuffer(28 bytes)"))
    #expect(!shown.contains("horse"))
    #expect(!shown.contains("block"))
    #expect(Mirror(reflecting: buffer).children.isEmpty)
  }

  @Test(arguments: [
    ("abc", "abc", true), ("abc", "abd", false), ("abc", "ab", false), ("", "", true),
    ("xbc", "abc", false),
  ])
  func `equals another of the same bytes`(left: String, right: String, same: Bool) throws {
    let buffers = (try copy(of: Array(left.utf8)), try copy(of: Array(right.utf8)))
    #expect(buffers.0.constantTimeEquals(buffers.1) == same)
  }

  @Test(.promise(.noCore))
  func `does not live in a forked child or a core dump`() throws {
    // VmFlags of the mapping: dd is MADV_DONTDUMP, wf is MADV_WIPEONFORK, lo is locked.
    let buffer = try copy(of: pattern)
    let address = buffer.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    let flags = try #require(vmFlags(of: address))
    #expect(flags.contains("dd"))
    #expect(flags.contains("wf"))
    // The sanitizers turn mlock(2) into nothing, and say that it worked.
    if envgate_zeroing_allocator_active() == 1 {
      #expect(flags.contains("lo") == SecretArena.shared.isLocked)
    }
  }
}

@Suite struct `A reservation` {
  @Test func `becomes a buffer once`() throws {
    let reservation = try SecretReservation(capacity: 64)
    let buffer = try reservation.fill { target in
      target.copyBytes(from: pattern)
      return pattern.count
    }
    #expect(buffer.withUnsafeBytes { Array($0) } == pattern)
    #expect(throws: SecretMemoryError.exhausted) { _ = try reservation.fill { _ in 0 } }
  }

  @Test func `holds its room before it is filled, and gives it back unused`() throws {
    let arena = SecretArena(capacity: 1 << 20)
    var reservation: SecretReservation? = try SecretReservation(capacity: 1 << 20, in: arena)
    #expect(throws: SecretMemoryError.exhausted) {
      _ = try SecretReservation(capacity: 1, in: arena)
    }
    #expect(reservation?.capacity == 1 << 20)
    reservation = nil
    #expect(arena.bytesInUse == 0)
  }

  @Test func `is wiped and spent when filling it fails`() throws {
    struct Fault: Error {}
    let arena = SecretArena(capacity: 1 << 20)
    let reservation = try SecretReservation(capacity: 64, in: arena)
    #expect(throws: Fault.self) {
      _ = try reservation.fill { target in
        target.copyBytes(from: pattern)
        throw Fault()
      }
    }
    #expect(!arena.contains(pattern))
    #expect(arena.bytesInUse == 0)
  }
}

@Suite struct `A secret key` {
  @Test func `is zeroed when its owner goes`() throws {
    let arena = SecretArena(capacity: 1 << 20)
    let bytes = (0..<32).map { UInt8($0 * 7 + 1) }
    do {
      let key = try SecretKey(copying: bytes.span.bytes, in: arena)
      #expect(key.withUnsafeBytes { Array($0) } == bytes)
      #expect(arena.contains(bytes))
    }
    #expect(!arena.contains(bytes))
  }

  @Test(arguments: [0, 1, 31, 33, 64])
  func `has 32 bytes and no other number`(count: Int) {
    #expect(throws: SecretMemoryError.wrongSize) {
      _ = try SecretKey(copying: [UInt8](repeating: 1, count: count).span.bytes)
    }
  }
}

private func copy(of bytes: [UInt8], in arena: SecretArena = .shared) throws -> SecretBuffer {
  try bytes.withUnsafeBytes { try SecretBuffer(copying: $0, in: arena) }
}

@Suite struct `A table of keys` {
  @Test func `keeps each key in its place, and zeroes what is wiped and all at its end`() throws {
    let arena = SecretArena(capacity: 1 << 20)
    let keys: [[UInt8]] = [1, 51, 101, 151].map { first in Array(first..<first + 32) }
    do {
      var table = try SecretKeyTable(count: 4, in: arena)
      for (index, key) in keys.enumerated() {
        table.store(try SecretKey(copying: key.span.bytes), at: index)
      }
      for (index, key) in keys.enumerated() {
        #expect(table.withUnsafeBytes(at: index) { Array($0) } == key)
      }
      table.wipe(at: 2)
      #expect(!arena.contains(keys[2]))
      #expect(arena.contains(keys[1]) && arena.contains(keys[3]))
    }
    #expect(keys.allSatisfy { !arena.contains($0) })
    #expect(arena.bytesInUse == 0)
  }
}
