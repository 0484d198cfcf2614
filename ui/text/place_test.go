package text

import (
	"strings"
	"testing"

	"carnet/vault/place"
)

func TestPlace(t *testing.T) {
	copies := []string{"a 100 %s.carnet", "b.carnet", "c.carnet", "d.carnet"}
	for _, c := range []struct {
		place place.Place
		want  []string // beginnings in French
	}{
		{place.Place{}, nil},
		{place.Place{Kind: place.Synchronised, Service: "Dropbox"}, []string{"Ce coffre est dans un dossier synchronisé (Dropbox). Il est chiffré"}},
		{place.Place{Kind: place.Synchronised}, []string{"Ce coffre est dans un dossier synchronisé. Il est chiffré"}},
		{place.Place{Kind: place.Network}, []string{"Ce coffre est dans un dossier du réseau."}},
		{place.Place{Kind: place.Removable}, []string{"Ce coffre est sur un support amovible"}},
		{place.Place{Conflicts: copies[:1]}, []string{"Un service de synchronisation a dédoublé ce coffre : une copie en conflit est à côté (a 100 %s.carnet)."}},
		{place.Place{Kind: place.Synchronised, Conflicts: copies}, []string{"Un service de synchronisation a dédoublé ce coffre : 4 copies en conflit sont à côté (a 100 %s.carnet, b.carnet, c.carnet, ...).", "Ce coffre est dans un dossier synchronisé."}},
		{place.Place{Missing: true}, []string{"Il n'y a pas de coffre à cet endroit."}},
		{place.Place{Missing: true, Kind: place.Removable, Conflicts: copies[:1]}, []string{"Il n'y a pas de coffre à cet endroit.", "Un service de synchronisation"}},
		{place.Place{Missing: true, Kind: place.Synchronised}, []string{"Il n'y a pas de coffre à cet endroit du dossier synchronisé."}},
		{place.Place{Missing: true, Unplugged: true, Kind: place.Removable}, []string{"Le support où est ce coffre n'est pas branché."}},
		{place.Place{Missing: true, Unplugged: true, Kind: place.Network}, []string{"Le dossier du réseau où est ce coffre ne répond pas."}},
		{place.Place{Missing: true, Unplugged: true}, []string{"Le disque ou le dossier du réseau"}},
	} {
		for _, l := range []Language{French, English} {
			told := Place(l, c.place)
			if len(told) != len(c.want) {
				t.Errorf("%+v: %d matters, want %d", c.place, len(told), len(c.want))
				continue
			}
			for i, said := range told {
				s := strings.Join(said, " ")
				if l == French && !strings.HasPrefix(s, c.want[i]) {
					t.Errorf("%+v: %q, want %q", c.place, s, c.want[i])
				}
				if strings.Contains(s, "%!") || len(said) != 3 || said[1] == "" || said[2] == "" {
					t.Errorf("%+v: %q", c.place, said)
				}
			}
		}
	}
}
