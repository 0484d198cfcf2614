package session

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault/exchange/sheet"
	"carnet/vault/proof"
)

// SaveKit writes a recovery kit as PDF into the person's documents, as
// [SaveSheet] does.
func SaveKit(k text.Kit, l text.Language) (path string, err error) {
	return SaveSheet(k.Sheet(l), l.Say(text.KitFileName))
}

// SaveSheet writes a sheet as PDF into the person's documents, under a name that
// is free, and returns where. The file is complete or not there.
func SaveSheet(s *sheet.Sheet, name string) (path string, err error) {
	pdf, err := s.PDF()
	if err != nil {
		return "", err
	}
	folder, err := DocumentsFolder()
	if err != nil {
		return "", err
	}
	return writeNew(folder, name, ".pdf", pdf)
}

// SaveProof writes a proof into the person's documents, as PDF to read and as the
// file that is verified, and returns where.
func SaveProof(p *proof.Proof, l text.Language) (paper, file string, err error) {
	if paper, err = SaveSheet(l.Proof(p), l.ProofFile(p.Kind)); err != nil {
		return "", "", err
	}
	b, err := p.Bytes()
	if err != nil {
		return paper, "", err
	}
	file, err = writeNew(filepath.Dir(paper), l.ProofFile(p.Kind), ".json", b)
	return paper, file, err
}

// ProofSaved says where [SaveProof] wrote.
func ProofSaved(l text.Language, paper, file string) string {
	return l.Say(text.ProofSavedAt, filepath.Base(paper), filepath.Base(file), filepath.Base(filepath.Dir(paper)))
}

// ShowProof shows a proof, to save and to print. only says that it is nowhere else:
// leaving without either is asked twice.
func ShowProof(stage *kit.Stage, l text.Language, p *proof.Proof, said string, only bool) {
	told := kit.NewText("", kit.Strong)
	rows := []fyne.CanvasObject{kit.Notice(kit.Succeeding, said, []string{l.Say(text.ProofText)})}
	for _, row := range l.ProofRows(p) {
		rows = append(rows, kit.Indent(kit.NewText(row.Label, kit.Quiet)), kit.Indent(kit.NewText(row.Value, kit.Body)))
	}
	var sheet *kit.Sheet
	save := kit.NewButton(l.Say(text.ProofSave), theme.DocumentSaveIcon(), kit.Primary, func() {
		var paper, file string
		stage.Start(func(context.Context) (err error) {
			paper, file, err = SaveProof(p, l)
			return err
		}, func(err error) {
			if err != nil {
				Explain(stage, l, err)
				return
			}
			only = false
			told.Set(ProofSaved(l, paper, file))
		})
	})
	print := kit.NewButton(l.Say(text.ProofPrint), theme.DocumentPrintIcon(), kit.Plain, func() {
		PrintPDF(stage, l, func() ([]byte, error) { return l.Proof(p).PDF() }, func() {
			only = false
			told.Set(l.Say(text.Printed))
		})
	})
	done := kit.NewButton(l.Say(text.Close), theme.CancelIcon(), kit.Plain, func() {
		if only {
			only = false
			told.Set(l.Say(text.ProofUnsaved))
			stage.Focus(save)
			return
		}
		sheet.Close()
	})
	sheet = stage.ShowSheet(kit.SheetOptions{
		Title: l.Say(text.ProofTitle), Content: kit.Column(0, append([]fyne.CanvasObject{told}, rows...)...),
		Actions: []*kit.Button{save, print, done}, Focus: save,
	})
}

// SaveReport writes a report for whoever helps into the person's documents, under
// a name that is free, and returns where.
func SaveReport(report []byte, l text.Language) (path string, err error) {
	folder, err := DocumentsFolder()
	if err != nil {
		return "", err
	}
	return writeNew(folder, l.Say(text.ReportName), ".txt", report)
}

// DocumentsFolder is where the person keeps documents.
func DocumentsFolder() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(home, "Documents")
	if info, err := os.Stat(folder); err == nil && info.IsDir() {
		return folder, nil
	}
	return home, nil
}

// Free is path, or the first of path-2, path-3 and so on that is no file. What is
// written there replaces nothing even when all of them are.
func Free(path string) string {
	ext := filepath.Ext(path)
	stem := strings.TrimSuffix(path, ext)
	for n := 1; ; n++ {
		to := path
		if n > 1 {
			to = fmt.Sprintf("%s-%d%s", stem, n, ext)
		}
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) || n == 100 {
			return to
		}
	}
}

// writeNew writes a file that its owner alone may read, under a name that is
// free.
func writeNew(folder, base, ext string, content []byte) (string, error) {
	for n := 1; ; n++ {
		name := base + ext
		if n > 1 {
			name = fmt.Sprintf("%s-%d%s", base, n, ext)
		}
		path := filepath.Join(folder, name)
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) && n < 1000 {
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = f.Write(content)
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return "", errors.Join(err, os.Remove(path))
		}
		return path, nil
	}
}
