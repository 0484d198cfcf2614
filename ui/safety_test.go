package ui

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"carnet/ui/text"
)

// TestBackUp: the home screen asks for a backup, makes it, says when it was, and
// the backup opens in four actions.
func TestBackUp(t *testing.T) {
	u := atHome(t)
	u.reads(u.Say(text.BackupNone))
	to := filepath.Join(u.dir, "cle")
	if err := os.Mkdir(to, 0o700); err != nil {
		t.Fatal(err)
	}
	u.press(text.BackUpVault)
	u.types(to, text.PickPath)
	u.press(text.PickTake)
	all := 0
	people, err := u.open.Vault.Patients()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range people {
		docs, err := u.open.Vault.Documents(p.ID)
		if err != nil {
			t.Fatal(err)
		}
		all += len(docs)
	}
	u.reads(u.Say(text.BackUpDone, all, "cle"))
	files, err := filepath.Glob(filepath.Join(to, "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%q, %v", files, err)
	}
	last := u.Say(text.LastBackupWas, u.Date(today.Local()), all, files[0])
	u.reads(last)
	u.command(text.HomeTitle)
	if u.mayRead(u.Say(text.BackupNone)) {
		t.Error("the home screen asks for the backup that was made")
	}
	u.now = today.Add(31 * 24 * time.Hour)
	u.command(text.HomeTitle)
	u.reads(u.Say(text.BackupOld, u.Date(today.Local())))

	u.command(text.Lock) // 1
	u.command(text.HaveVault)
	u.types(files[0], text.PickPath) // 2
	u.press(text.PickTake)           // 3
	u.unlock(phrase)                 // 4
	u.isOpen()
	if got := u.open.Vault.Path(); got != files[0] {
		t.Errorf("%s is open", got)
	}
	u.showPerson("Léa")
	if got := len(u.documents()); got != 9 {
		t.Errorf("%d documents in the backup", got)
	}
}

// TestCheckAndCompact: a check says that all is well, and after a page was spoilt
// what is not.
func TestCheckAndCompact(t *testing.T) {
	u := atHome(t)
	u.command(text.CheckVault)
	u.reads(u.Say(text.CheckedAt, today.Format("15:04")))
	u.command(text.CompactVault)
	if u.sheet() != "" {
		t.Fatalf("compaction ends in:\n%s", u.seen())
	}
	spoilContent(t, u.open.Vault.Path())
	u.command(text.CheckVault)
	u.reads(u.Say(text.CheckBad, 1), u.Say(text.Damage("content")), u.Say(text.RepairAdvice))
	to := filepath.Join(u.dir, "cle")
	if err := os.Mkdir(to, 0o700); err != nil {
		t.Fatal(err)
	}
	u.command(text.BackUpVault)
	u.types(to, text.PickPath)
	u.press(text.PickTake)
	u.shows(u.Say(text.ProblemTitle)) // a damaged vault is not backed up
	if files, err := filepath.Glob(filepath.Join(to, "*")); err != nil || len(files) != 0 {
		t.Errorf("%q, %v", files, err)
	}
}

// spoilContent flips a byte in the middle of the longest value of a vault's file:
// a chunk of a document.
func spoilContent(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	longest, at := uint32(0), 0
	for page := 2; page < len(b)/4096; page++ {
		p := b[page*4096:]
		if overflow := binary.LittleEndian.Uint32(p[12:]); binary.LittleEndian.Uint64(p) == uint64(page) && p[8] == 2 && overflow > longest && overflow < 64 {
			longest, at = overflow, page*4096+2*4096
		}
	}
	if longest < 3 {
		t.Fatal("no document is long enough")
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteAt([]byte{b[at] ^ 1}, int64(at))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestRepairInTheWindow: a vault that no longer opens says so, what stands in it
// is written into a new file, and that file opens.
func TestRepairInTheWindow(t *testing.T) {
	u := atHome(t)
	path := u.open.Vault.Path()
	u.command(text.Lock)
	spoilOperations(t, path)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	u.unlock(phrase)
	if u.open != nil {
		t.Fatal("the spoilt vault opens: the test shows nothing")
	}
	u.reads(u.Say(text.RepairOffer))
	u.press(text.RepairVault)
	u.types(phrase, text.PhraseLabel)
	u.press(text.RepairStart)
	u.reads("Pages abîmées : 1 sur", u.Say(text.RepairSource))
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the damaged file was changed, %v", err)
	}
	u.press(text.OpenRepaired)
	u.unlock(phrase)
	u.isOpen()
	if got, want := filepath.Base(u.open.Vault.Path()), u.Say(text.RepairedName)+".carnet"; got != want {
		t.Errorf("%s is open, not %s", got, want)
	}
	u.command(text.CheckVault)
	u.reads(u.Say(text.CheckedAt, today.Format("15:04")))
}

// spoilOperations wipes the last leaf of operations of a vault's file.
func spoilOperations(t *testing.T, path string) {
	t.Helper()
	db, err := bbolt.Open(path, 0, &bbolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	var last []byte
	err = db.View(func(tx *bbolt.Tx) error {
		_, last = tx.Bucket([]byte("o")).Cursor().Last()
		last = bytes.Clone(last)
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; ; {
		i := bytes.Index(b[at:], last)
		if i < 0 {
			break
		}
		at += i
		clear(b[at/4096*4096:][:4096]) // copies in free pages too
		at++
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
