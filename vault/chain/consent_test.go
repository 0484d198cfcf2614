package chain_test

import (
	"errors"
	"strings"
	"testing"

	"carnet/vault/chain"
)

const day = 24 * 60 * 60 * 1000

// receipt is the clear half of a consent for a year to a host.
func receipt(t testing.TB, id chain.ID, host string) []byte {
	return encode(t, &chain.ReceiptClear{ID: id, Category: chain.Hosting, Host: host, Purpose: chain.Synchronise, Start: 1, End: 1 + 365*day, Language: "fr"})
}

func TestConsents(t *testing.T) {
	f := newFamily(t)
	op := f.must(chain.Receipt, receipt(t, chain.ID{1}, "a.example"))
	f.must(chain.Receipt, receipt(t, chain.ID{2}, "b.example"))
	got := f.Consents()
	if len(got) != 2 || got[0].ID != (chain.ID{1}) || got[0].Op != op.ID() || got[0].Withdrawn || got[0].Overruled || got[1].Host != "b.example" {
		t.Fatalf("two receipts are told as %+v", got)
	}
	f.must(chain.Withdraw, encode(t, &chain.WithdrawClear{Receipt: chain.ID{1}}))
	f.must(chain.Receipt, receipt(t, chain.ID{3}, "a.example")) // given again, after it
	got = f.Consents()
	if !got[0].Withdrawn || got[1].Withdrawn || got[2].Withdrawn || got[2].Overruled {
		t.Errorf("after the withdrawal of the first they are %+v", got)
	}
}

// A withdrawal and a new consent to the same host that did not see each other: the
// withdrawal stands, in whichever order they come.
func TestWithdrawalBesideConsent(t *testing.T) {
	for _, withdrawalFirst := range []bool{true, false} {
		f := newFamily(t)
		first := f.must(chain.Receipt, receipt(t, chain.ID{1}, "a.example"))
		f.asBruno.pull(f.replica)
		if !f.asBruno.Has(first.ID()) {
			t.Fatal("the other device has not seen the receipt")
		}
		gone := f.asBruno.must(chain.Withdraw, encode(t, &chain.WithdrawClear{Receipt: chain.ID{1}}))
		if withdrawalFirst {
			again := f.replica.signed(f.replica.next(chain.Receipt, receipt(t, chain.ID{2}, "a.example")))
			f.take(gone)
			f.take(again)
		} else {
			f.must(chain.Receipt, receipt(t, chain.ID{2}, "a.example"))
			f.take(gone)
		}
		got := f.Consents()
		if len(got) != 2 || !got[0].Withdrawn || !got[1].Overruled || got[1].Withdrawn {
			t.Errorf("withdrawal first %t: %+v", withdrawalFirst, got)
		}
		after := f.must(chain.Receipt, receipt(t, chain.ID{3}, "a.example"))
		if last := f.Consents()[2]; last.Overruled || last.Op != after.ID() {
			t.Errorf("a consent that has seen the withdrawal is %+v", last)
		}
	}
}

// Recipients without a category, and receipts for too long, cannot be written.
func TestReceiptThatCannotBe(t *testing.T) {
	good := chain.ReceiptClear{ID: chain.ID{1}, Category: chain.Hosting, Host: "a", Purpose: chain.Synchronise, Start: 1, End: 2}
	for name, edit := range map[string]func(*chain.ReceiptClear){
		"no id":          func(r *chain.ReceiptClear) { r.ID = chain.ID{} },
		"an insurer":     func(r *chain.ReceiptClear) { r.Category = chain.Hosting + 1 },
		"no category":    func(r *chain.ReceiptClear) { r.Category = 0 },
		"no host":        func(r *chain.ReceiptClear) { r.Host = "" },
		"a long host":    func(r *chain.ReceiptClear) { r.Host = strings.Repeat("a", 256) },
		"no purpose":     func(r *chain.ReceiptClear) { r.Purpose = 0 },
		"another one":    func(r *chain.ReceiptClear) { r.Purpose = 2 },
		"no end":         func(r *chain.ReceiptClear) { r.End = 0 },
		"a year and day": func(r *chain.ReceiptClear) { r.End = r.Start + 367*day },
	} {
		f := newFamily(t)
		r := good
		edit(&r)
		_, _, err := f.Append(f.signed(f.next(chain.Receipt, encode(t, &r))), false)
		if !errors.Is(err, chain.ErrEncoding) || len(f.Consents()) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	f := newFamily(t)
	f.must(chain.Receipt, encode(t, &good))
	if _, _, err := f.Append(f.signed(f.next(chain.Withdraw, []byte{0x80})), false); !errors.Is(err, chain.ErrEncoding) {
		t.Errorf("a withdrawal of nothing: %v", err)
	}
}
