import Synchronization
import Testing

@testable import SecretMemory

@Suite struct `A secret arena` {
  @Test func `gives out no more than its capacity and all of it again after that`() throws {
    let arena = SecretArena(capacity: 2 << 20)
    for size in [32, 1_500, 65_536, 1 << 20] {
      var held: [SecretReservation] = []
      #expect(throws: SecretMemoryError.exhausted) {
        while true { held.append(try SecretReservation(capacity: size, in: arena)) }
      }
      let block = max(32, 1 << (Int.bitWidth - (size - 1).leadingZeroBitCount))
      #expect(held.count == (2 << 20) / block, "blocks of \(size)")
      #expect(arena.bytesInUse == 2 << 20)
      held.removeAll()
      #expect(arena.bytesInUse == 0)
    }
  }

  @Test func `made ready it is as large as before, and nothing of it is taken`() throws {
    let arena = SecretArena(capacity: 1 << 20)
    arena.prepare()
    #expect(arena.bytesInUse == 0)
    let all = try SecretReservation(capacity: 1 << 20, in: arena)
    #expect(arena.bytesInUse == 1 << 20)
    // There is nothing left to make ready, which is no fault.
    arena.prepare()
    _ = consume all
  }

  @Test func `serves large values from memory that many small ones were in`() throws {
    let arena = SecretArena(capacity: 1 << 20)
    var small: [SecretReservation] = []
    for _ in 0..<(1 << 20) / 64 { small.append(try SecretReservation(capacity: 64, in: arena)) }
    // Given back in an order that is neither the first nor the last in.
    for offset in [1, 0, 2] {
      for index in stride(from: offset, to: small.count, by: 3) {
        small[index] = try SecretReservation.spent
      }
    }
    #expect(throws: Never.self) { _ = try SecretReservation(capacity: 1 << 20, in: arena) }
  }

  @Test func `refuses a block larger than a chunk`() {
    #expect(throws: SecretMemoryError.tooLarge) {
      _ = try SecretReservation(capacity: SecretArena.largestBlock + 1)
    }
  }

  @Test(arguments: [0, 1, 31, 32, 33, 64, 65, 1_024, 131_072, 131_073, 1 << 20])
  func `picks the smallest block that holds the bytes`(size: Int) {
    let bytes = 32 << BuddyBlocks.order(byteCount: size)
    #expect(bytes >= size)
    #expect(bytes == 32 || bytes / 2 < size)
  }

  @Test func `hands blocks out zeroed and without overlap whatever the order`() throws {
    let arena = SecretArena(capacity: 4 << 20)
    var held: [(mark: UInt8, buffer: SecretBuffer)] = []
    var seed: UInt64 = 7
    func random(_ bound: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % bound
    }
    for step in 0..<20_000 {
      if !held.isEmpty && (held.count > 60 || random(2) == 0) {
        let (mark, buffer) = held.remove(at: random(held.count))
        #expect(buffer.withUnsafeBytes { $0.allSatisfy { $0 == mark } }, "step \(step)")
      } else {
        let mark = UInt8(1 + step % 255)
        let size = 1 << random(15) + random(30)
        let buffer = try SecretBuffer(capacity: size, in: arena) { bytes in
          #expect(bytes.allSatisfy { $0 == 0 }, "step \(step)")
          bytes.initializeMemory(as: UInt8.self, repeating: mark)
          return size
        }
        held.append((mark, buffer))
      }
    }
    held.removeAll()
    #expect(arena.bytesInUse == 0)
  }

  @Test func `serves many threads at once`() async throws {
    let arena = SecretArena(capacity: 8 << 20)
    await withTaskGroup(of: Bool.self) { group in
      for worker in 0..<8 {
        group.addTask {
          for round in 0..<2_000 {
            let mark = UInt8(worker + 1)
            let size = 1 + (round * 37 + worker) % 5_000
            let buffer = try? SecretBuffer(capacity: size, in: arena) { bytes in
              guard bytes.allSatisfy({ $0 == 0 }) else { return 0 }
              bytes.initializeMemory(as: UInt8.self, repeating: mark)
              return size
            }
            guard let buffer, buffer.count == size else { return false }
            guard buffer.withUnsafeBytes({ $0.allSatisfy { $0 == mark } }) else { return false }
          }
          return true
        }
      }
      for await intact in group { #expect(intact) }
    }
    #expect(arena.bytesInUse == 0)
  }
}

extension SecretReservation {
  /// Holds the smallest block of the shared arena, to overwrite a reservation in an array with.
  fileprivate static var spent: SecretReservation {
    get throws { try SecretReservation(capacity: 1) }
  }
}
