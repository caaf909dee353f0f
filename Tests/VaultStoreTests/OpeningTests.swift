import Glibc
import Promises
import Testing

@testable import VaultStore

struct OpeningTests {
  private func made() throws -> Workbench {
    let bench = try Workbench()
    let store = try bench.open()
    try Workload.commit(1, to: store)
    store.close()
    return bench
  }

  private func found(_ bench: Workbench) throws -> (path: String, found: String)? {
    guard case .openPermissions(let path, let found, let remedy)? = try openFault(bench) else {
      return nil
    }
    #expect(!remedy.isEmpty)
    return (path, found)
  }

  private func openFault(_ bench: Workbench, create: Bool = false) throws -> StoreFault? {
    try fault { try bench.open(create: create).close() }
  }

  // MARK: Who can reach it

  @Test func `what is made is ours alone, whatever the umask`() throws {
    let bench = try Workbench()
    let store = try bench.open()
    defer { store.close() }
    try Workload.commit(1, to: store)
    var status = stat()
    #expect(lstat(bench.directory, &status) == 0)
    #expect(status.st_mode & 0o7777 == 0o700)
    for name in ["vault.sqlite3", "vault.sqlite3-wal", "vault.sqlite3-shm", "lock"] {
      #expect(lstat(bench.directory + "/" + name, &status) == 0, "\(name)")
      #expect(status.st_mode & 0o7777 == 0o600, "\(name)")
    }
  }

  @Test(.promise(.stateIsPrivate), arguments: [0o755, 0o701, 0o710, 0o770, 0o1777] as [mode_t])
  func `a state directory that others can enter is refused`(mode: mode_t) throws {
    let bench = try made()
    #expect(chmod(bench.directory, mode) == 0)
    let thrown = try openFault(bench)
    guard
      case .openPermissions(bench.directory, _, "run: chmod 0700 '\(bench.directory)'")? = thrown
    else {
      Issue.record("\(String(describing: thrown))")
      return
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a folder away"))
  func `a state directory of somebody else is refused`() throws {
    let bench = try made()
    #expect(chown(bench.directory, 4711, 4711) == 0)
    #expect(try found(bench)?.found == "owned by uid 4711")
  }

  @Test(.promise(.stateIsPrivate), arguments: ["vault.sqlite3", "vault.sqlite3-wal", "lock"])
  func `a file that others can read is refused`(name: String) throws {
    let bench = try made()
    let path = bench.directory + "/" + name
    if access(path, F_OK) != 0 { try bench.write([], to: path) }
    #expect(chmod(path, 0o640) == 0)
    let refusal = try found(bench)
    #expect(refusal?.path == path)
    #expect(refusal?.found == "open to other accounts (mode 0640)")
  }

  @Test(
    .promise(.stateIsPrivate),
    arguments: ["vault.sqlite3", "vault.sqlite3-wal", "vault.sqlite3-shm", "lock"])
  func `a symbolic link in place of a file is refused`(name: String) throws {
    let bench = try made()
    let path = bench.directory + "/" + name
    let elsewhere = bench.root + "/elsewhere"
    try bench.write([], to: elsewhere)
    unlink(path)
    #expect(symlink(elsewhere, path) == 0)
    let refusal = try found(bench)
    #expect(refusal?.path == path)
    #expect(refusal?.found == "a symbolic link")
    #expect(try bench.read(elsewhere) == [])
  }

  @Test(.promise(.stateIsPrivate))
  func `a database with a second name is refused`() throws {
    let bench = try made()
    #expect(link(bench.database, bench.root + "/copy") == 0)
    #expect(try found(bench)?.found == "linked under 2 names")
  }

  @Test func `a pipe in place of the database is refused`() throws {
    let bench = try made()
    unlink(bench.database)
    #expect(mkfifo(bench.database, 0o600) == 0)
    #expect(try found(bench)?.found == "not a regular file")
  }

  @Test func `a link of ours to the state directory is followed`() throws {
    let bench = try made()
    let link = bench.root + "/link"
    #expect(symlink(bench.directory, link) == 0)
    let store = try Store(directory: link, options: bench.options)
    #expect(store.location.path == bench.database)
    store.close()
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a link away"))
  func `a link of somebody else to the state directory is refused`() throws {
    let bench = try made()
    let link = bench.root + "/link"
    #expect(symlink(bench.directory, link) == 0)
    #expect(lchown(link, 4711, 4711) == 0)
    let thrown = try fault { try Store(directory: link, options: bench.options).close() }
    guard case .openPermissions? = thrown else {
      Issue.record("\(String(describing: thrown))")
      return
    }
  }

  @Test func `a second opener is refused until the first has closed`() throws {
    let bench = try made()
    let store = try bench.open(create: false)
    #expect(try openFault(bench) == .inUse(path: bench.directory))
    store.close()
    #expect(try openFault(bench) == nil)
  }

  @Test func `a store that was closed says so`() throws {
    let bench = try made()
    let store = try bench.open(create: false)
    store.close()
    store.close()
    #expect(try fault { try store.begin() } == .closed)
    #expect(try fault { _ = try store.head() } == .closed)
  }

  // MARK: What it is

  @Test func `nothing is made unless asked`() throws {
    let bench = try Workbench()
    #expect(try openFault(bench) == .missing(path: bench.directory))
    #expect(mkdir(bench.directory, 0o700) == 0)
    #expect(try openFault(bench) == .missing(path: bench.database))
    #expect(access(bench.database, F_OK) != 0)
  }

  @Test func `a log without its database is not thrown away`() throws {
    let bench = try made()
    unlink(bench.database)
    try bench.write([1, 2, 3], to: bench.database + "-wal")
    #expect(try openFault(bench, create: true) == .missing(path: bench.database))
    #expect(try bench.read(bench.database + "-wal") == [1, 2, 3])
  }

  @Test(
    .promise(.foreignDatabase),
    arguments: [
      "PRAGMA application_id = 1234; CREATE TABLE t(x)", "CREATE TABLE t(x)",
      "PRAGMA user_version = 1; CREATE TABLE t(x)",
    ])
  func `a database of another program is refused and left as it is`(sql: String) throws {
    let bench = try Workbench()
    #expect(mkdir(bench.directory, 0o700) == 0)
    try bench.write([], to: bench.database)
    let stranger = try bench.stranger()
    try stranger.execute(sql)
    stranger.close()
    let before = try bench.read(bench.database)
    let application: Int32 = sql.contains("1234") ? 1234 : 0
    #expect(
      try openFault(bench, create: true)
        == .foreignDatabase(path: bench.database, applicationID: application))
    #expect(try bench.read(bench.database) == before)
  }

  @Test func `a newer schema is refused and named`() throws {
    let bench = try made()
    let stranger = try bench.stranger()
    try stranger.execute("PRAGMA user_version = 99")
    stranger.close()
    #expect(
      try openFault(bench)
        == .newerSchema(path: bench.database, found: 99, known: Int32(Schema.migrations.count)))
  }

  @Test(arguments: [2, 20, 99, 100, 511, 512, 4096, 8192])
  func `a file of garbage is no database`(count: Int) throws {
    let bench = try made()
    let garbage = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
    try bench.write(garbage, to: bench.database)
    #expect(try openFault(bench, create: true) == .notADatabase(path: bench.database))
    #expect(try bench.read(bench.database) == garbage)
  }

  @Test(.promise(.foreignDatabase))
  func `a database that was cut short is refused at any length`() throws {
    let bench = try made()
    let whole = try bench.read(bench.database)
    #expect(whole.count >= 10 * 4096)
    for count in [16, 100, 512, 4095] + stride(from: 4096, to: whole.count, by: 4096) {
      try bench.write(Array(whole[..<count]), to: bench.database)
      let thrown = try openFault(bench)
      #expect(
        thrown == .corrupt(path: bench.database) || thrown == .notADatabase(path: bench.database),
        "cut to \(count): \(String(describing: thrown))")
    }
    try bench.write([], to: bench.database)
    #expect(try openFault(bench) == .missing(path: bench.database))
    try bench.write(whole, to: bench.database)
    #expect(try openFault(bench) == nil)
  }

  @Test func `a file system without shared memory is refused`() throws {
    let bench = try Workbench()
    bench.options.vfs = "unix-none"
    #expect(try openFault(bench, create: true) == .walUnavailable(path: bench.database))
  }

  @Test func `no description of a fault is empty or a sentence with a full stop`() {
    let faults: [StoreFault] = [
      .full, .readOnly, .io(code: 10, errno: 5), .corrupt(path: "/p"), .notADatabase(path: "/p"),
      .foreignDatabase(path: "/p", applicationID: 1), .newerSchema(path: "/p", found: 2, known: 1),
      .inUse(path: "/p"),
      .openPermissions(path: "/p", found: "open to other accounts", remedy: "run: chmod 0600"),
      .busy,
      .missing(path: "/p"), .unreachable(path: "/p", errno: 13), .walUnavailable(path: "/p"),
      .settingRefused("s"), .memory, .misuse(code: 21), .closed,
    ]
    for fault in faults {
      #expect(fault.description.count > 10 && fault.description.last != ".", "\(fault)")
    }
  }
}
