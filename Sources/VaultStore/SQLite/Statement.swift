import CSQLite

/// A prepared statement: values in, rows out.
///
/// Invariant: after ``reset()`` it holds no value of its last use, so that no ciphertext and no
/// lent pointer outlives the call.
@safe
final class Statement {
  private let path: String
  // Safety: owned by this object until finalize(), nil afterwards, never handed out. Every use
  // while nil is a no-op of SQLite or SQLITE_MISUSE, which step() throws.
  private var handle: OpaquePointer?

  /// Takes a prepared statement over.
  @unsafe
  init(_ handle: OpaquePointer, path: String) {
    unsafe self.handle = unsafe handle
    self.path = path
  }

  deinit { finalize() }

  func finalize() {
    unsafe sqlite3_finalize(handle)
    unsafe handle = nil
  }

  /// Makes it ready for its next use and forgets the values.
  func reset() {
    guard let handle = unsafe handle else { return }
    // reset repeats the fault of the last step, which step() has thrown.
    unsafe sqlite3_reset(handle)
    unsafe sqlite3_clear_bindings(handle)
  }

  /// One row further. False: no more rows.
  func step() throws(StoreFault) -> Bool {
    guard let handle = unsafe handle else { throw .closed }
    let code = unsafe sqlite3_step(handle)
    switch code {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw fault(code)
    }
  }

  /// Runs a statement that answers no rows, to its end.
  ///
  /// The reset belongs to it: lent bytes may go only when no step can read them any more.
  func run() throws(StoreFault) {
    guard let handle = unsafe handle else { throw .closed }
    let code = unsafe sqlite3_step(handle)
    guard code == SQLITE_DONE || code == SQLITE_ROW else {
      let fault = fault(code)
      unsafe sqlite3_reset(handle)
      throw fault
    }
    unsafe sqlite3_reset(handle)
  }

  // MARK: Values in, counted from 1

  func bind(_ value: Int64, at index: Int32) throws(StoreFault) {
    try check(unsafe sqlite3_bind_int64(handle, index, value))
  }

  /// Text is short here (names), so SQLite copies it.
  func bind(_ value: String, at index: Int32) throws(StoreFault) {
    var value = value
    let code = value.withUTF8 { text in
      // Safety: the bytes are the string's for the call; SQLite copies them before it returns.
      unsafe text.withMemoryRebound(to: CChar.self) { text in
        unsafe envgate_sqlite3_bind_text_copy(handle, index, text.baseAddress, Int32(text.count))
      }
    }
    try check(code)
  }

  /// Bytes that are short (fingerprints), so SQLite copies them.
  func bind(_ value: [UInt8], at index: Int32) throws(StoreFault) {
    let code = unsafe value.withUnsafeBufferPointer { buffer in
      // Safety: the bytes are the array's for the call; SQLite copies them before it returns.
      buffer.isEmpty
        ? unsafe sqlite3_bind_zeroblob(handle, index, 0)
        : unsafe envgate_sqlite3_bind_blob_copy(
          handle, index, buffer.baseAddress, Int32(buffer.count))
    }
    try check(code)
  }

  /// Binds bytes without copying them, for as long as `body` runs. `body` ends with ``run()``.
  func lend(
    _ bytes: [UInt8], at index: Int32, _ body: () throws(StoreFault) -> Void
  ) throws(StoreFault) {
    guard let count = Int32(exactly: bytes.count) else { throw .misuse(code: SQLITE_TOOBIG) }
    try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(StoreFault) in
      // Safety: the array owns the bytes and lives as long as this closure. SQLite reads them in
      // step(), which run() closes with a reset; the defer takes the pointer out of the statement.
      defer { unsafe sqlite3_bind_null(handle, index) }
      if buffer.isEmpty {
        // A null pointer would be NULL instead of an empty blob.
        try check(unsafe sqlite3_bind_zeroblob(handle, index, 0))
      } else {
        try check(unsafe sqlite3_bind_blob(handle, index, buffer.baseAddress, count, nil))
      }
      try body()
    }
  }

  // MARK: Values out, counted from 0

  func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

  func isNull(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(handle, column) == SQLITE_NULL
  }

  func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

  func text(_ column: Int32) -> String {
    let start = unsafe sqlite3_column_text(handle, column)
    return unsafe String(decoding: buffer(start, column), as: UTF8.self)
  }

  func bytes(_ column: Int32) -> [UInt8] {
    let start = unsafe sqlite3_column_blob(handle, column)?.assumingMemoryBound(to: UInt8.self)
    return unsafe Array(buffer(start, column))
  }

  // Safety: SQLite owns the bytes until the next step or reset; both callers copy them at once.
  @unsafe
  private func buffer(
    _ start: UnsafePointer<UInt8>?, _ column: Int32
  ) -> UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(
      start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, column)))
  }

  private func check(_ code: Int32) throws(StoreFault) {
    guard code == SQLITE_OK else { throw fault(code) }
  }

  private func fault(_ code: Int32) -> StoreFault {
    unsafe StoreFault(code: code, on: sqlite3_db_handle(handle), path: path)
  }
}
