package ui

import (
	"os"
	"path/filepath"
	"testing"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// TestTwoHomes: a child's record goes to the other parent after both have compared a
// fingerprint, and what comes back is shown before it is merged.
func TestTwoHomes(t *testing.T) {
	u := atHome(t)
	u.showPerson("Léa")
	lea := u.open.Person()
	to := filepath.Join(u.dir, "cle")
	if err := os.Mkdir(to, 0o700); err != nil {
		t.Fatal(err)
	}
	other, _, err := vault.Create(t.Context(), filepath.Join(u.dir, "other.carnet"), vault.First{Name: "Alex Martin", Birth: "1981-01-01", Passphrase: []byte("une autre phrase")},
		&vault.Options{Argon2: seal.Floor, Means: "command", Profile: u.open.Kinds})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	code, err := other.HomeCode()
	if err != nil {
		t.Fatal(err)
	}
	theirs := filepath.Join(to, "leur-code.txt")
	if err := code.Save(theirs); err != nil {
		t.Fatal(err)
	}

	u.command(text.HomeCodeVerb)
	u.types(to, text.PickPath)
	u.press(text.PickTake)
	u.reads(u.Say(text.HomeResult))
	mine, err := vault.ReadHomeCode(filepath.Join(to, u.Say(text.HomeCodeFile)))
	if err != nil {
		t.Fatal(err)
	}
	u.reads(u.Say(text.HomePrint, mine.Fingerprint()))

	u.command(text.HomeSendVerb)
	u.types(theirs, text.PickPath)
	u.press(text.PickTake)
	u.reads(u.Say(text.HomeAsk, lea.Name, "Alex Martin"))
	u.reads(u.Say(text.HomeAskPrint, code.Fingerprint()))
	u.press(text.HomeSendNow)
	u.types(to, text.PickPath)
	u.press(text.PickTake)
	u.until("the file for the other household", func() bool {
		found, err := filepath.Glob(filepath.Join(to, "carnet-*.age"))
		return err == nil && len(found) == 1
	})
	u.reads("Alex Martin")

	sent, err := filepath.Glob(filepath.Join(to, "carnet-*.age"))
	if err != nil {
		t.Fatal(err)
	}
	in, err := other.OpenParcel(t.Context(), sent[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Merge(t.Context(), in, nil); err != nil {
		t.Fatal(err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := other.EditPatient(t.Context(), lea.ID, vault.PatientEdit{Sex: new(record.Female)}); err != nil {
		t.Fatal(err)
	}
	addsAllergy(t, other, lea.ID, "Pollen")
	back := filepath.Join(to, "retour.age")
	if _, err := other.ExportPatient(t.Context(), lea.ID, back, nil, nil); err != nil {
		t.Fatal(err)
	}

	u.command(text.HomeTakeVerb)
	u.types(back, text.PickPath)
	u.press(text.PickTake)
	u.reads("éléments du profil : 1")
	if entries, err := u.open.Vault.Entries(lea.ID); err != nil || has(entries, "Pollen") {
		t.Errorf("the preview has written, or %v", err)
	}
	u.press(text.MergeNow)
	u.until("the end of the merge", func() bool {
		entries, err := u.open.Vault.Entries(lea.ID)
		return err == nil && has(entries, "Pollen")
	})
	u.reads(u.Say(text.HomeDone))
}
