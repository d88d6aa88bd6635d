import Crypto
import Linux
package import Vault

/// The vault's high-water mark in a small file of its own, beside the key ring.
///
/// Two slots are written in turn, each with a MAC of the vault: what a crash leaves of one leaves
/// the other alone. Written over and never made longer, so that a full disk does not matter.
/// Layout in `schema/anchor.md`.
package final class AnchorFile: RollbackAnchor {
    private let path: String
    private let ring: KeyRing
    /// Opened when first it is written.
    private var file: Descriptor?
    private var isNew: Bool
    /// How often a mark was held.
    private var turn: UInt64
    package private(set) var mark: HighWaterMark

    /// A new vault's; durable when this returns.
    static func create(at path: String, ring: KeyRing) throws(StoreError) {
        try AnchorFile(replacing: path, ring: ring).hold(.zero)
    }

    /// In the place of a file that is no use; there is none until a mark was held.
    init(replacing path: String, ring: KeyRing) {
        self.path = path
        self.ring = ring
        turn = 0
        mark = .zero
        isNew = true
    }

    /// Nil where there is no file, or none of its slots is this vault's.
    init?(opening path: String, ring: KeyRing) throws(StoreError) {
        let content: [UInt8]
        do throws(DurableFile.Failure) {
            content = try DurableFile.read(path, byteCountMax: 2 * AnchorSlot.byteCount)
        } catch .system(let error) where error != .noEntry {
            throw .failed(code: error.code)
        } catch {
            return nil
        }
        let slots = (0..<2).compactMap { AnchorSlot(content, place: $0, ring: ring) }
        guard let newest = slots.max(by: { $0.turn < $1.turn }) else { return nil }
        self.path = path
        self.ring = ring
        turn = newest.turn
        mark = newest.mark
        isNew = false
    }

    package func hold(_ mark: HighWaterMark) throws(StoreError) {
        let slot = AnchorSlot(turn: turn + 1, mark: mark)
        let content = slot.encoded(ring)
        try system { () throws(Errno) in
            if isNew { try make() }
            if file == nil { file = try Descriptor.openForUpdate(path) }
            try unsafe file?.writeAll(content.span.bytes, at: slot.place * AnchorSlot.byteCount)
            try file?.syncContent()
        }
        turn += 1
        self.mark = mark
    }

    /// Room for both slots; that there is nothing in them yet is as good as no file.
    private func make() throws(Errno) {
        let room = [UInt8](repeating: 0, count: 2 * AnchorSlot.byteCount)
        try unsafe DurableFile.replace(path, with: room.span.bytes, mode: 0o600)
        isNew = false
    }
}

/// One of the file's halves: a mark, and when it was written.
package struct AnchorSlot {
    /// A page of its own: the disk may tear what it writes, and not what lies beside it.
    package static let byteCount = 4096
    private static let magic: StaticString = "strongroom-anchr"
    private static let version: UInt32 = 1

    let turn: UInt64
    package let mark: HighWaterMark

    package var place: Int { Int(turn % 2) }

    package init(turn: UInt64, mark: HighWaterMark) {
        self.turn = turn
        self.mark = mark
    }

    /// Nil for anything that this vault did not write at this place.
    package init?(_ content: [UInt8], place: Int, ring: KeyRing) {
        let start = place * Self.byteCount
        guard content.count >= start + Self.byteCount else { return nil }
        var reader = ByteReader(Array(content[start..<start + Self.byteCount]))
        guard reader.bytes(Self.magic.utf8CodeUnitCount) == Array(Self.magic),
            reader.uint32() == Self.version, reader.uint128() == ring.vault,
            let turn = reader.uint64(), let generation = reader.uint64(),
            let epoch = reader.uint64(), let recordCount = reader.uint64(),
            let keyEpoch = reader.uint32(), let key = ring.rows[keyEpoch],
            let bytes = reader.bytes(MAC.byteCount),
            // Only a wrong length is refused there, and it was read by that.
            let mac = try? unsafe MAC(copying: bytes.span.bytes)
        else { return nil }
        self.turn = turn
        mark = HighWaterMark(generation: generation, epoch: epoch, recordCount: recordCount)
        guard self.place == place, key.key.mac(context(ring.vault)).matches(mac) else { return nil }
    }

    package func encoded(_ ring: KeyRing) -> [UInt8] {
        var content = Array(Self.magic)
        content.append(bigEndian: Self.version)
        content.append(bigEndian: ring.vault)
        for number in [turn, mark.generation, mark.epoch, mark.recordCount] {
            content.append(bigEndian: number)
        }
        content.append(bigEndian: ring.epoch)
        content.append(contentsOf: ring.rows.newest.key.mac(context(ring.vault)).bytes)
        return content + [UInt8](repeating: 0, count: Self.byteCount - content.count)
    }

    private func context(_ vault: UInt128) -> Context {
        var context = Context("strongroom/anchor/v1")
        context.append(vault)
        for number in [turn, mark.generation, mark.epoch, mark.recordCount] {
            context.append(number)
        }
        return context
    }
}
