/// Every text that a user may see, by key: the catalogue that is shipped (DESIGN §4.9).
public enum Texts {
    /// A JSON object of texts, in English.
    public static let english: [UInt8] = PackageResources.catalogue_en_json
}
