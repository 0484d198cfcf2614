package text

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"carnet/vault"
)

// TestKitSheet: the kit is one page, in both languages, and says which server the records
// were synchronised with, and that a backup is needed still; where there is none there
// is room to write one down.
func TestKitSheet(t *testing.T) {
	server := vault.Server{Host: "carnet.exemple.fr:8443", Key: [32]byte{0xab, 0xcd}}
	for _, l := range []Language{French, English} {
		for _, servers := range [][]vault.Server{nil, {server}} {
			s := Kit{
				Groups: [6]string{"ABCDE", "FGHJK", "MNPQR", "STVWX", "YZ012", "34567"}, Keyholder: "Jeanne Exemple", Vault: "coffre.carnet",
				Made: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC), Servers: servers,
			}.Sheet(l)
			pdf, err := s.PDF()
			if err != nil {
				t.Fatal(err)
			}
			if n := bytes.Count(pdf, []byte("/Type /Page\n")); n != 1 {
				t.Errorf("%v, %d servers: %d pages", l, len(servers), n)
			}
			said := strings.Join(strings.Fields(s.Text()), " ")
			for _, want := range []string{server.Host, Fingerprint(server.Key)} {
				if strings.Contains(said, want) != (servers != nil) {
					t.Errorf("%v, %d servers: %q in %s", l, len(servers), want, said)
				}
			}
			if blank := strings.Contains(said, l.Say(kitKeyBlank)+" ____"); blank != (servers == nil) {
				t.Errorf("%v, %d servers: room to write %v", l, len(servers), blank)
			}
		}
	}
}
