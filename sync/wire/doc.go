// Package wire is what a device and a server say to each other: messages in
// canonical CBOR, request signatures (RFC 9421), digests of bodies (RFC 9530) and
// problems (RFC 9457). docs/PROTOCOL.md describes every byte of it.
//
// It opens nothing and sends nothing. Every decoder is bounded: what is longer than
// its message may be, is not in its one form, or has more elements than it may, is
// refused as [ErrMessage].
package wire
