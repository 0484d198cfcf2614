package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"carnet/ui/text"
	"carnet/vault/record"
)

// atHomeInTime is atHome with a vault whose clock is the window's.
func atHomeInTime(t *testing.T) *user {
	t.Helper()
	var u *user
	u = atHome(t, func(o *Options) {
		o.Vault.Now = func() time.Time {
			if u == nil {
				return today
			}
			return u.now
		}
	})
	return u
}

// later locks the vault and opens it again after some days.
func (u *user) later(days int) {
	u.t.Helper()
	u.command(text.Lock)
	u.now = u.now.AddDate(0, 0, days)
	u.unlock(phrase)
	u.isOpen()
}

// bins puts documents in the bin.
func (u *user) bins(titles ...string) {
	u.t.Helper()
	for _, title := range titles {
		if err := u.open.Vault.RemoveDocuments(u.t.Context(), u.document(title).ID); err != nil {
			u.t.Fatal(err)
		}
	}
	u.Redraw()
	u.settle()
}

// inVault gives the titles of the documents in the bin, and of the others.
func (u *user) inVault() (bin, kept []string) {
	u.t.Helper()
	for _, d := range u.documents() {
		if d.RemovedAt != 0 {
			bin = append(bin, d.Title)
		} else {
			kept = append(kept, d.Title)
		}
	}
	return bin, kept
}

func (u *user) mentions() []record.Erasure {
	u.t.Helper()
	all, err := u.open.Vault.Erasures(u.open.Person().ID)
	if err != nil {
		u.t.Fatal(err)
	}
	return all
}

// TestBinEmptiesItself: the home screen announces what goes within a week, and
// it is gone at the first opening after 30 days, told and journaled.
func TestBinEmptiesItself(t *testing.T) {
	u := atHomeInTime(t)
	u.bins("ordonnance")
	u.later(20)
	if u.mayRead(u.Say(text.SeeBin)) {
		t.Error("the home screen speaks of it ten days before")
	}
	u.later(4)
	day := u.Date(today.AddDate(0, 0, record.BinDays))
	u.reads(u.Say(text.BinSoonOne, 1, day))
	u.press(text.SeeBin)
	u.wantRows("ordonnance")
	u.reads(u.Say(text.GoesOn, day), u.Say(text.BinText, record.BinDays))
	u.later(5) // the day before
	if bin, _ := u.inVault(); len(bin) != 1 {
		t.Fatal("gone before its time")
	}
	u.later(1)
	u.shows("")
	u.reads(u.Plural(1, text.OneExpired, text.ManyExpired))
	if bin, kept := u.inVault(); len(bin) != 0 || len(kept) != len(familyRows)-1 {
		t.Errorf("the bin holds %q, beside it %q", bin, kept)
	}
	if all := u.mentions(); len(all) != 1 || all[0].By.Name != "Camille" {
		t.Errorf("mentions %+v", all)
	}
	u.later(1)
	if u.mayRead(u.Plural(1, text.OneExpired, text.ManyExpired)) || len(u.mentions()) != 1 {
		t.Error("told a second time")
	}
}

// TestNothingGoesUnannounced: who was away for months is told first, sees what it
// is about, and keeps what they take out of the bin.
func TestNothingGoesUnannounced(t *testing.T) {
	u := atHomeInTime(t)
	u.bins("ordonnance", "radio poignet", "lettre hopital")
	u.later(90)
	u.shows(u.Say(text.Bin))
	u.reads(u.Plural(3, text.DueOne, text.DueMany), u.Say(text.DueText, record.BinDays), "ordonnance", u.Say(text.DueLine, "Léa", u.Date(today)))
	if bin, _ := u.inVault(); len(bin) != 3 {
		t.Fatalf("only %q are left", bin)
	}
	u.press(text.SeeBin)
	u.at("radio poignet")
	u.press(text.PutBack)
	u.later(0)
	u.shows("")
	u.reads(u.Plural(2, text.OneExpired, text.ManyExpired))
	bin, kept := u.inVault()
	if len(bin) != 0 || len(kept) != len(familyRows)-2 || !slices.Contains(kept, "radio poignet") {
		t.Errorf("the bin holds %q, beside it %q", bin, kept)
	}
	u.bins("radio poignet") // begins anew
	u.later(29)
	u.later(0)
	if bin, _ := u.inVault(); len(bin) != 1 {
		t.Error("its time in the bin did not begin anew")
	}
}

// TestEraseForGood: only what the question names goes, after a yes, and the
// mentions can be read.
func TestEraseForGood(t *testing.T) {
	u := atDocuments(t)
	u.command(text.ErasedOnes)
	u.reads(u.Say(text.ErasedNone, "Léa"))
	u.press(text.Close)
	u.bins("ordonnance", "radio poignet", "lettre hopital")
	u.command(text.EraseForGood) // shows the bin first
	u.shows("")
	u.wantRows("ordonnance", "radio poignet", "lettre hopital")
	u.at("radio poignet")
	u.press(text.EraseForGood)
	u.shows(u.Plural(1, text.EraseOne, text.EraseMany))
	u.reads(u.Say(text.EraseWhat, "Léa", u.Say(text.Quoted, "radio poignet")), u.Say(text.EraseText), u.Say(text.EraseRest))
	u.key(fyne.KeyReturn) // the button that keeps has the keyboard
	u.shows("")
	if bin, _ := u.inVault(); len(bin) != 3 {
		t.Fatalf("after « Garder » the bin holds %q", bin)
	}
	u.at("radio poignet")
	u.key(fyne.KeyReturn)
	u.press(text.EraseForGood)
	u.press(text.EraseForGood)
	u.reads(u.Plural(1, text.OneErased, text.ManyErased))
	u.wantRows("ordonnance", "lettre hopital")
	u.press(text.EmptyTheBin)
	u.shows(u.Plural(2, text.EraseOne, text.EraseMany))
	u.press(text.EraseForGood)
	u.reads(u.Say(text.BinEmpty))
	bin, kept := u.inVault()
	if len(bin) != 0 || len(kept) != len(familyRows)-3 {
		t.Errorf("the bin holds %q, beside it %q", bin, kept)
	}
	u.press(text.EmptyTheBin)
	u.reads(u.Say(text.BinEmpty))
	u.press(text.ErasedOnes)
	u.shows(u.Say(text.ErasedOnes))
	if n := strings.Count(flat(u.seen()), flat(u.Say(text.ErasedBy, u.Date(today), "Camille"))); n != 3 {
		t.Errorf("%d mentions in:\n%s", n, u.seen())
	}
}
