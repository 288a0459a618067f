/// Receives a document piece by piece, in document order.
///
/// Whatever a method throws ends the reading and is what `XMLReader.read` throws. Texts and attributes are borrowed:
/// they are valid only until the method returns.
public protocol XMLHandler: AnyObject {
    /// - Parameter line: where the tag ends, counted from 1.
    func start(_ name: XMLText, _ attributes: XMLAttributes, line: Int) throws
    /// Text between tags, white space included, references and CDATA resolved. A long text comes in several pieces.
    func text(_ text: XMLText, line: Int) throws
    func end(_ name: XMLText, line: Int) throws
}
