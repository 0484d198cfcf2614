package place

import "testing"

func TestUNC(t *testing.T) {
	for top, want := range map[string]bool{
		`C:\`: false, `\\nas\santé\`: true, `\\?\C:\`: false, `\\?\UNC\nas\santé\`: true, `\\?\unc\nas\santé\`: true, `\\.\C:\`: false,
		`\\wsl$\Debian\`: false, `\\wsl.localhost\Debian\`: false, `\`: false,
	} {
		if got := unc(top); got != want {
			t.Errorf("%s: %v", top, got)
		}
	}
}
