import CFaultVFS
import Testing
import VaultCalls
import VaultCore
import VaultCrypto
@testable import VaultEngine
import VaultStore

/// A batch's memory: what a commit that fails takes back is all that its commands have changed.
@Suite struct DraftTests {
  /// The memory of a batch, part by part.
  private struct Memory {
    private(set) var parts: [String: String] = [:]
    /// The parts that remember what they were.
    private(set) var undone: Set<String> = []
    private(set) var open: Set<String> = []
    /// References: what stands behind one cannot be taken back.
    private(set) var classes: Set<String> = []

    init(_ engine: VaultEngine) {
      add(engine.draft, "draft")
      add(engine.rows.set, "set")
    }

    private mutating func add(_ value: Any, _ path: String) {
      let type = "\(type(of: value))"
      let isLeaf = type.hasPrefix("Copied<") || type.hasPrefix("Journaled<")
      guard value is any Undoable, !isLeaf else {
        parts[path] = text(value)
        guard isLeaf else { return }
        undone.insert(path)
        for child in Mirror(reflecting: value).children {
          if child.label == "isInBatch", child.value as? Bool == true { open.insert(path) }
          if child.label == "before", text(child.value) != "nil" { open.insert(path) }
        }
        return
      }
      for child in Mirror(reflecting: value).children {
        add(child.value, "\(path).\(child.label ?? "")")
      }
    }

    /// All that is stored in a value; what has no order is sorted.
    private mutating func text(_ value: Any) -> String {
      let mirror = Mirror(reflecting: value)
      if value is String || mirror.children.isEmpty && mirror.displayStyle != .optional {
        if mirror.displayStyle == .class { classes.insert("\(mirror.subjectType)") }
        return "\(value)"
      }
      var lines: [String] = []
      for child in mirror.children {
        lines.append((child.label.map { "\($0): " } ?? "") + text(child.value))
      }
      switch mirror.displayStyle {
      case .set?, .dictionary?: lines.sort()
      case .optional?: return lines.first ?? "nil"
      case .class?: classes.insert("\(mirror.subjectType)")
      default: break
      }
      return "(\(lines.joined(separator: ", ")))"
    }

    func differences(from other: Memory) -> [String] {
      Set(parts.keys).union(other.parts.keys).filter { parts[$0] != other.parts[$0] }.sorted()
    }
  }

  /// A vault, a command of its, and how to make its disk fail.
  private func withDisk<Result>(
    _ name: String, _ body: (EveryCommand, OpaquePointer) throws -> Result
  ) throws -> Result {
    let vfs = try #require(fault_vfs_create(name))
    defer { fault_vfs_destroy(vfs) }
    var options = StoreOptions()
    options.vfs = name
    let every = try EveryCommand(options: options)
    defer { every.vault.engine.close() }
    return try body(every, vfs)
  }

  /// Fails the commit of each command, then lets it succeed.
  /// - Returns: the parts of memory that it has changed where it succeeded.
  private func fail(
    _ name: String, _ commands: (EveryCommand) throws -> [(Caller, Action)]
  ) throws -> Set<String> {
    var changed: Set<String> = []
    let count = try withDisk("draft-count-\(name)") { every, _ in try commands(every).count }
    for index in 0..<count {
      try withDisk("draft-\(name)-\(index)") { every, vfs in
        let (caller, action) = try commands(every)[index]
        let engine = every.vault.engine
        let command = Command(caller: caller, action: action)
        let before = Memory(engine)
        fault_vfs_reset_counts(vfs)
        fault_vfs_arm(vfs, FAULT_IO, 1, 5, 1)
        // What only reads writes nothing that could fail: something that does goes with it.
        let note = Command(caller: caller, action: .lifecycle(.serverStarted))
        let failed = engine.commit([command, note], now: every.vault.now)
        fault_vfs_disarm(vfs)
        #expect(failed.replies.last?.refusal != nil, "\(name) \(index)")
        #expect(Memory(engine).differences(from: before) == [], "\(name) \(index)")

        let outcome = engine.commit([command], now: every.vault.now)
        #expect(outcome.replies[0].refusal == nil, "\(name) \(index): \(outcome.replies[0])")
        #expect(outcome.replies[0].wish == nil, "\(name) \(index)")
        let after = Memory(engine)
        #expect(after.open.isEmpty && after.classes == ["Chain"], "\(name) \(index)")
        changed.formUnion(after.differences(from: before))
        // What is left of it follows in slices, each of which fails once.
        engine.lasting.isBacklogPaused = false
        while engine.hasBacklog {
          let middle = Memory(engine)
          fault_vfs_reset_counts(vfs)
          fault_vfs_arm(vfs, FAULT_IO, 1, 5, 1)
          _ = engine.commit([note], now: every.vault.now)
          fault_vfs_disarm(vfs)
          #expect(Memory(engine).differences(from: middle) == [], "\(name) \(index), slices")
          engine.lasting.isBacklogPaused = false
          _ = engine.commit([note], now: every.vault.now)
          changed.formUnion(Memory(engine).differences(from: middle))
        }
      }
    }
    return changed
  }

  @Test func `a commit that fails after any command takes back all that the command has changed`()
    throws
  {
    var changed: Set<String> = []
    for method in Method.allCases {
      changed.formUnion(try fail(method.rawValue) { try $0.commands(method) })
    }
    for own in EveryCommand.Own.allCases {
      changed.formUnion(try fail("\(own)") { try $0.commands(own) })
    }
    // A part that no command changes would not show that it is taken back.
    let parts = try withDisk("draft-parts") { every, _ in Memory(every.vault.engine).undone }
    // Emptied at the end of each batch; a refusal alone leaves something there.
    let seen = changed.union(["draft.live.turns._moved"])
    #expect(parts.subtracting(seen) == [])
    #expect(parts.contains("draft.live.known") && parts.contains("set.revisions"))
  }

  @Test func `each command of the list is of its kind`() throws {
    try withDisk("draft-kinds") { every, _ in
      for method in Method.allCases {
        let kinds = try every.commands(method).map(\.1.call?.method)
        #expect(!kinds.isEmpty && kinds.allSatisfy { $0 == method }, "\(method)")
      }
      for own in EveryCommand.Own.allCases {
        let kinds = try every.commands(own).map { EveryCommand.Own($0.1) }
        #expect(!kinds.isEmpty && kinds.allSatisfy { $0 == own }, "\(own)")
      }
    }
  }

  @Test func `every part of a batch's memory begins with the batch and ends with it`() throws {
    try withDisk("draft-steps") { every, _ in
      let engine = every.vault.engine
      for child in Mirror(reflecting: engine.draft).children {
        #expect(child.value is any Undoable, "\(child.label ?? "")")
      }
      for end in [BatchStep.keep, .rollBack] {
        engine.take(.begin)
        let memory = Memory(engine)
        #expect(memory.open == memory.undone)
        engine.take(end)
        #expect(Memory(engine).open.isEmpty)
      }
    }
  }

  @Test func `a batch that fails drops every cache`() throws {
    try withDisk("draft-caches") { every, vfs in
      let engine = every.vault.engine
      fault_vfs_reset_counts(vfs)
      fault_vfs_arm(vfs, FAULT_IO, 1, 5, 1)
      _ = every.vault.batch([
        try every.commands(.grantRead)[0], try every.commands(.secretSet)[0],
      ])
      fault_vfs_disarm(vfs)
      let sealer = try Fixture.rootKey([UInt8](repeating: 7, count: 32)).stateKey(for: engine.vault)
      let fresh = SealedRows(store: engine.store, sealer: try RowSealer(sealer))
      func caches(_ value: Any) -> String {
        let mirror = Mirror(reflecting: value)
        if mirror.displayStyle != .class && mirror.children.isEmpty { return "\(value)" }
        return mirror.children.filter { !["store", "seals"].contains($0.label) }.map {
          "\($0.label ?? ""): \(caches($0.value))"
        }.description
      }
      #expect(caches(engine.rows) == caches(fresh))
    }
  }
}
