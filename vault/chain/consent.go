package chain

import "slices"

// Consent is a receipt of this chain and what became of it.
type Consent struct {
	ReceiptClear
	Op        Hash // the operation that gave it
	Withdrawn bool // by an operation that names it
	// Overruled says that a consent to the same host was withdrawn by somebody who
	// had not seen this one, nor this one the withdrawal: the withdrawal stands.
	Overruled bool
}

// receipt is a consent as it stands in the graph.
type receipt struct {
	ReceiptClear
	at *node
}

type withdrawal struct {
	receipt ID
	at      *node
}

// keepConsent keeps what an operation says of consents. It returns [ErrEncoding] for
// a receipt that cannot be one.
func (c *Chain) keepConsent(op *Signed, n *node) error {
	switch op.Kind {
	case Receipt:
		r := receipt{at: n}
		if err := Decode(op.Clear, &r.ReceiptClear); err != nil {
			return err
		}
		if !r.Valid() {
			return ErrEncoding
		}
		c.receipts = append(c.receipts, r)
	case Withdraw:
		var w WithdrawClear
		if err := Decode(op.Clear, &w); err != nil {
			return err
		}
		c.withdrawals = append(c.withdrawals, withdrawal{w.Receipt, n})
	}
	return nil
}

// Consents returns the receipts whose author was allowed them, in the order in which
// they came here. A receipt is over when a withdrawal names it, and when a consent
// to its host was withdrawn beside it, neither having seen the other. Whether its
// time has come or is over, the caller judges.
func (c *Chain) Consents() []Consent {
	var out []Consent
	for _, r := range c.receipts {
		if !c.Counts(r.at.id) {
			continue
		}
		one := Consent{ReceiptClear: r.ReceiptClear, Op: r.at.id}
		for _, w := range c.withdrawals {
			if !c.Counts(w.at.id) {
				continue
			}
			if w.receipt == r.ID {
				one.Withdrawn = true
				continue
			}
			concerns := slices.ContainsFunc(c.receipts, func(other receipt) bool { return other.ID == w.receipt && other.Host == r.Host })
			one.Overruled = one.Overruled || concerns && !r.at.saw(w.at) && !w.at.saw(r.at)
		}
		out = append(out, one)
	}
	return out
}

// Saw reports whether an operation has another one in its past. Both must be here.
func (c *Chain) Saw(op, earlier Hash) bool {
	n, m := c.ops[op], c.ops[earlier]
	return n != nil && m != nil && n.saw(m)
}
