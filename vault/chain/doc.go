// Package chain holds operation headers: their canonical bytes, their
// signatures, their order, and the rules of who may sign what.
//
// Every change of a patient's record is an operation ([Op]). Each device signs
// its own and numbers them; an operation names the one before it and the last
// ones it had seen of other devices, so that the operations of a patient form a
// graph which nobody can shorten, reorder or lengthen unnoticed. The content of
// an operation, its body, travels beside it and is sealed; this package never
// opens one and holds no key that could.
//
// A [Chain] takes operations one by one ([Chain.Append]) and answers which
// devices belong to the patient's record at any point ([Chain.Members]), and
// whether a rotation of a circle's key has the recipients it must have
// ([Chain.RotationCounts]). What is wrong in form is refused; what is signed
// properly by someone who was not allowed to is kept and does not count.
//
// Both ends of synchronisation use this package: the reference server verifies
// headers with the same code as the vault.
package chain
