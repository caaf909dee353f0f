import VaultEngine

extension RootKeySource {
  /// Reads the keys where the configuration says, each time anew.
  init(_ key: Configuration.RootKey) {
    self.init(
      name: key.place, nameBeside: key.next.place,
      inPlace: { try RootKeyFile.read(key) },
      beside: {
        do { return try RootKeyFile.read(key.next) } catch RootKeyFault.missing {
          return nil
        } catch RootKeyFault.noCredential { return nil }
      })
  }
}
