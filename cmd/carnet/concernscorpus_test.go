package main

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"carnet/vault/corpustest"
	"carnet/vault/identity"
	"carnet/vault/render"
)

// TestCorpusConcerns counts the alarms on the texts of real documents, for people
// with some of the commonest names of France: as they are, nobody is concerned;
// with somebody named in their middle, that one is; with both named, nobody.
func TestCorpusConcerns(t *testing.T) {
	corpus := corpustest.Root(t, "%d files name nobody", corpusFiles)
	family := []identity.Person{
		{Name: "Marie Martin", Birth: "1984-05-02", NIR: "284052911900191"}, {Name: "Pierre Martin", Birth: "1982-01-01"},
		{Name: "Louise Martin", Birth: "2015-09-30"}, {Name: "Jules Bernard-Martin", Birth: "2020-02-29"}, {Name: "Rose", Birth: "2023-11-01"},
		{Name: "Jean de la Fontaine", Birth: "1950-07-08"},
	}
	r := render.New(nil)
	defer r.Close()
	texts, pairs, alarms, missed, both := 0, 0, 0, 0, 0
	for _, path := range pdfs(t, corpus) {
		text := textOfFile(t, r, path)
		if len(strings.Fields(text)) == 0 {
			continue
		}
		texts++
		words := strings.Fields(text)
		half := len(words) / 2
		with := func(inserted string) *identity.Text {
			return identity.Read(strings.Join(words[:half], " ") + "\n" + inserted + "\n" + strings.Join(words[half:], " "))
		}
		plain := identity.Read(text)
		for _, own := range family {
			for _, other := range family {
				if own == other {
					continue
				}
				pairs++
				if plain.Concerns(other, own) != identity.Unnamed {
					alarms++
					t.Errorf("%s: an alarm where nobody is named", filepath.Base(path))
				}
				day := strings.Split(other.Birth, "-")
				named := "Patient : " + strings.ToUpper(other.Name) + ", né(e) le " + day[2] + "/" + day[1] + "/" + day[0]
				if with(named).Concerns(other, own) == identity.Unnamed && plain.Concerns(other, own) == identity.Unnamed {
					missed++
				}
				if with(named+"\nMédecin, parent ou enfant : "+own.Name).Concerns(other, own) != identity.Unnamed {
					both++
					t.Errorf("%s: an alarm where both are named", filepath.Base(path))
				}
			}
		}
	}
	t.Logf("%d texts, %d pairs of people: %d false alarms, %d with both named, %d missed", texts, pairs, alarms, both, missed)
	if texts < corpusWithText {
		t.Error("too few files have text for this to be a test")
	}
	// A word of one's own name that is in the text by chance keeps the warning
	// away: seldom.
	if missed*50 > pairs {
		t.Errorf("%d of %d were missed", missed, pairs)
	}
}

// pdfs are the files of the folders of the corpus that hold PDF.
func pdfs(t *testing.T, corpus string) (paths []string) {
	t.Helper()
	for _, folder := range corpusFolders {
		err := filepath.WalkDir(filepath.Join(corpus, folder), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				paths = append(paths, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return paths
}
