import Promises
import SecretMemory
import Testing

@testable import VaultCrypto

/// A key as the vault of `seed` has it.
private func backupKey(_ seed: UInt8, vault number: UInt8 = 1) throws -> BackupKey {
  BackupKey(
    key: try SecretKey(copying: [UInt8](repeating: seed, count: 32).span.bytes),
    vault: try vault(number), generation: 1)
}

private let header = Array("who made it".utf8)

/// The parts of a file: its start and its chunks.
private func file(
  _ payload: [UInt8], under key: borrowing BackupKey, seed: UInt64 = 1
) throws -> (start: [UInt8], chunks: [[UInt8]]) {
  var sealer = try BackupSealer(header: header, under: key, random: .seeded(seed))
  let count = BackupLayout.chunks(of: Int64(payload.count))
  var chunks: [[UInt8]] = []
  for index in 0..<count {
    let from = index * BackupLayout.chunkBytes
    let part = payload[from..<min(payload.count, from + BackupLayout.chunkBytes)]
    chunks.append(try sealer.seal(Array(part), isLast: index == count - 1))
  }
  return (sealer.start.bytes, chunks)
}

/// Reads a file as a restore does: nothing but its bytes says where it ends.
private func read(_ bytes: [UInt8], under key: borrowing BackupKey) throws -> [UInt8] {
  let fixed = Array(bytes.prefix(BackupLayout.fixedCount))
  let first = BackupLayout.fixedCount + (try BackupStart.headerCount(of: fixed))
  let start = try BackupStart(Array(bytes.prefix(first)))
  var opener = try BackupOpener(start, under: key)
  var payload: [UInt8] = []
  var rest = bytes.dropFirst(first)
  repeat {
    let chunk = rest.prefix(BackupLayout.chunkBytes + BackupLayout.overhead)
    rest = rest.dropFirst(chunk.count)
    payload += try opener.open(Array(chunk), isLast: rest.isEmpty)
  } while !rest.isEmpty
  return payload
}

@Suite struct `A backup file` {
  static let chunk = BackupLayout.chunkBytes

  @Test(arguments: [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 2 * chunk + 1])
  func `gives back what was sealed, and has the size that was said`(count: Int) throws {
    let key = try backupKey(7)
    let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let (start, chunks) = try file(payload, under: key)
    #expect(start.count == BackupLayout.fixedCount + header.count)
    #expect(Int64(chunks.joined().count) == BackupLayout.chunkedBytes(of: Int64(count)))
    #expect(try read(start + chunks.joined(), under: key) == payload)
    #expect(try BackupStart(start).header == header)
  }

  @Test(.promise(.backupIsWhole))
  func `sealed-in-place: a backup that was cut at any byte is refused`() throws {
    let key = try backupKey(7)
    let (start, chunks) = try file(Array("a small database".utf8), under: key)
    let bytes = start + chunks.joined()
    for count in 0..<bytes.count {
      #expect(throws: CryptoFault.self, "\(count)") {
        _ = try read(Array(bytes.prefix(count)), under: key)
      }
    }
    #expect(throws: CryptoFault.self) { _ = try read(bytes + [0], under: key) }
  }

  @Test(.promise(.backupIsWhole))
  func `sealed-in-place: a backup with any byte changed is refused`() throws {
    let key = try backupKey(7)
    let (start, chunks) = try file(Array("a small database".utf8), under: key)
    var bytes = start + chunks.joined()
    for index in bytes.indices {
      bytes[index] ^= 1
      #expect(throws: CryptoFault.self, "\(index)") { _ = try read(bytes, under: key) }
      bytes[index] ^= 1
    }
    #expect(try read(bytes, under: key) == Array("a small database".utf8))
  }

  @Test(.promise(.backupIsWhole))
  func
    `sealed-in-place: chunks that were swapped, repeated, dropped or taken from another backup are refused`()
    throws
  {
    let key = try backupKey(7)
    let payload = [UInt8](repeating: 9, count: 3 * Self.chunk)
    let (start, chunks) = try file(payload, under: key)
    let (other, others) = try file(payload, under: key, seed: 2)
    let (a, b, c) = (chunks[0], chunks[1], chunks[2])
    for (index, wrong) in [
      [b, a, c], [a, a, c], [a, c], [a, b], [b, c], [a, c, b], [a, b, c, c], [others[0], b, c],
      [a, b, others[2]],
    ].enumerated() {
      #expect(throws: CryptoFault.doesNotOpen, "\(index)") {
        _ = try read(start + wrong.joined(), under: key)
      }
    }
    #expect(throws: CryptoFault.doesNotOpen) {
      _ = try read(other + chunks.joined(), under: key)
    }
    #expect(try read(start + chunks.joined(), under: key) == payload)
  }

  @Test func `sealed-in-place: the backup of another vault, or under another key, does not open`()
    throws
  {
    let key = try backupKey(7)
    let (start, chunks) = try file([1, 2, 3], under: key)
    let bytes = start + chunks.joined()
    let other = try backupKey(8)
    #expect(throws: CryptoFault.doesNotOpen) {
      _ = try BackupOpener(BackupStart(start), under: other)
    }
    // The same key under the id of another vault: the chunks are bound to it.
    let foreign = try backupKey(7, vault: 2)
    #expect(throws: CryptoFault.doesNotOpen) { _ = try read(bytes, under: foreign) }
  }

  @Test func `what is no backup, or of a later format, is told from a damaged one`() throws {
    let key = try backupKey(7)
    let (start, _) = try file([], under: key)
    var later = start
    later[8] = 2
    for wrong in [Array("SQLite format 3".utf8), later, Array(start.prefix(20)), []] {
      #expect(throws: CryptoFault.malformedBackup) {
        _ = try BackupStart.headerCount(of: Array(wrong.prefix(BackupLayout.fixedCount)))
      }
    }
    // A length that nobody would reserve memory for.
    var long = start
    long[BackupLayout.headerCount.lowerBound] = 1
    #expect(throws: CryptoFault.malformedBackup) {
      _ = try BackupStart.headerCount(of: Array(long.prefix(BackupLayout.fixedCount)))
    }
  }

  @Test func `known answer: the same salt and key give the same file`() throws {
    let key = try backupKey(7)
    let (start, chunks) = try file([1, 2, 3], under: key)
    let (again, same) = try file([1, 2, 3], under: key)
    #expect(start == again && chunks == same)
    let (fresh, different) = try file([1, 2, 3], under: key, seed: 2)
    #expect(start != fresh && chunks != different)
  }
}
