import Glibc

/// A file's bytes, read only, as long as this lives. What is unlinked stays; whoever writes into such a file, or shortens it,
/// ends the process: published files are never touched.
///
/// `@unchecked`: the address never changes, nobody writes to it, and it is given back in `deinit` only.
final class MappedFile: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    /// - Returns: nil for a file that cannot be mapped, an empty one too.
    init?(_ path: String) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_size > 0,
            let address = mmap(nil, Int(status.st_size), PROT_READ, MAP_SHARED, file, 0), address != MAP_FAILED
        else { return nil }
        bytes = UnsafeRawBufferPointer(start: address, count: Int(status.st_size))
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}
