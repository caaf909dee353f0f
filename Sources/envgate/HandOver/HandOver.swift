import SecretMemory
import VaultCore

/// What a command is given: variables, and descriptors that stay open in it.
///
/// Everything here was judged before the command starts: a job gets all that it asked for, or does not run.
struct HandOver {
  /// A variable of the command's environment.
  typealias Variable = (name: String, value: SecretBuffer)

  /// Files that values lie in. They go with this value, unless the command holds them too.
  struct Files {
    fileprivate var sealed: [SealedFile] = []
    fileprivate var folder: PrivateFolder?

    /// Descriptors that the command inherits.
    /// - Parameter outlivingUs: whether the command goes on without us, and with it what its files need.
    func kept(outlivingUs: Bool) -> [Int32] {
      sealed.map(\.descriptor) + (outlivingUs ? folder.map { [$0.holder] } ?? [] : [])
    }
  }

  private(set) var variables: [Variable] = []
  private(set) var files = Files()

  /// - Parameters:
  ///   - secrets: what was released.
  ///   - settings: the environment's variables, which are always variables of the command.
  /// - Throws: ``CommandFault`` where a value does not fit the form.
  init(
    _ secrets: [(name: SecretName, value: SecretBuffer)], as plan: DeliveryPlan,
    settings: [(name: SecretName, value: SecretBuffer)]
  ) throws {
    if secrets.contains(where: { plan.way(of: $0.name).form == .file }) {
      files.folder = try PrivateFolder()
    }
    for (name, whole) in secrets {
      let value = try plan.field.map { try FieldReader.field($0, of: whole) } ?? whole
      let way = plan.way(of: name)
      let variable = DeliveryPlan.variable(way, name)
      switch way.form {
      case .azure: variables += try AzureCredentials.variables(of: value, named: name)
      case .env: variables.append((variable, value))
      case .fd:
        let file = try SealedFile(name.text, value)
        files.sealed.append(file)
        variables.append((variable, try .copying(text: file.path)))
      case .file:
        let path = try files.folder?.add(name.text, value) ?? ""
        variables.append((variable, try .copying(text: path)))
      }
    }
    files.folder?.close()
    variables += settings.map { ($0.name.text, $0.value) }
  }
}

extension SecretBuffer {
  /// Text that a command gets as it gets its secrets.
  static func copying(text: String) throws -> SecretBuffer {
    var text = text
    // Safety: the text's bytes are lent for the call and copied.
    return try text.withUTF8 { bytes in
      try unsafe SecretBuffer(copying: UnsafeRawBufferPointer(bytes))
    }
  }
}
