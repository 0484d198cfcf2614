package session

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"carnet/ui/text"
	"carnet/vault/exchange/sheet"
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
