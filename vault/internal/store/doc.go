// Package store is the vault's file: one bbolt database whose buckets hold
// sealed values under numbers that tell nothing.
//
// A [DB] is open for one process at a time. [DB.View] and [DB.Update] give a
// [Tx]; bytes that a Tx returns live only inside it. A damaged page makes bbolt
// panic: every panic that begins in bbolt, and every fault in the mapped file,
// comes back as [ErrDamaged].
//
// An error of Update does not mean that nothing was saved: bbolt can fail to
// sync its last page and have committed. The caller reopens and looks.
package store
