/// The release that the programs are of; what they write has versions of its own.
package enum Version {
    package static let text = "0.1.0"
}
