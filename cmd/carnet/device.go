package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"carnet/assets"
	"carnet/sync/client"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/sheet"
	"carnet/vault/record"
	"carnet/vault/seal"
)

func (a *app) deviceCommands() *cobra.Command {
	list := a.verb(a.word(text.DeviceList), 0, 0, func([]string) error { return a.withVault(a.listDevices) })
	share := a.verb(a.word(text.DeviceShare), 1, 1, func(args []string) error {
		return a.withPatient(func(v *vault.Vault, p record.Patient) error {
			d, err := deviceNamed(v, args[0])
			if err != nil {
				return err
			}
			if err := v.ShareWithDevice(a.ctx, d.ID, p.ID); err != nil {
				return err
			}
			return a.give(map[string]any{"device": d.ID, "patient": p.ID}, func() { a.tell(text.DeviceShared) })
		})
	})
	return a.word(text.DeviceWord, a.inviteCommand(), a.joinCommand(), list, a.removeDeviceCommand(), share, a.fetchCommand())
}

// deviceJSON is a device as scripts read it.
type deviceJSON struct {
	ID       record.ID   `json:"id"`
	Name     string      `json:"name"`
	Since    time.Time   `json:"since"`
	LastSeen *time.Time  `json:"lastSeen"`
	This     bool        `json:"this"`
	Patients []record.ID `json:"patients"`
}

func (a *app) listDevices(v *vault.Vault) error {
	devices, err := v.Devices()
	if err != nil {
		return err
	}
	out := []deviceJSON{}
	for _, d := range devices {
		one := deviceJSON{ID: d.ID, Name: d.Name, Since: d.Since.Time().UTC(), This: d.This, Patients: append([]record.ID{}, d.Patients...)}
		if d.LastSeen != 0 {
			at := d.LastSeen.Time().UTC()
			one.LastSeen = &at
		}
		out = append(out, one)
	}
	return a.give(out, func() {
		for _, d := range devices {
			fmt.Fprintln(a.out, a.DeviceLine(d))
		}
	})
}

// deviceNamed finds a device by its name or the start of its number.
func deviceNamed(v *vault.Vault, typed string) (vault.Device, error) {
	devices, err := v.Devices()
	if err != nil {
		return vault.Device{}, err
	}
	for _, d := range devices {
		if begins(d.ID, typed) || d.Name != "" && vault.SameName(d.Name, typed) {
			return d, nil
		}
	}
	return vault.Device{}, vault.ErrNoDevice
}

// compare shows six words and asks whether they are the same on both screens.
func (a *app) compare(fd int) client.Compare {
	return func(_ context.Context, w client.Words) (bool, error) {
		a.note(text.SixWords, strings.Join(assets.SixWords(w), " "))
		said, err := a.secret(fd, "yes-fd", text.AskSameWords)
		if err != nil {
			return false, err
		}
		answer := strings.ToLower(strings.TrimSpace(string(said)))
		return answer == "oui" || answer == "yes", nil
	}
}

func (a *app) inviteCommand() *cobra.Command {
	yes := noFD
	c := a.verb(a.word(text.DeviceInvite), 0, 0, func([]string) error {
		return a.withVault(func(v *vault.Vault) error {
			c := client.New(v, nil)
			defer c.Close()
			done, err := c.Invite(a.ctx, func(i *client.Invitation) {
				if qr, err := sheet.QRText(i.Link()); err == nil && a.live() {
					fmt.Fprintln(a.err, qr)
				}
				a.note(text.InviteServer, i.Host)
				a.note(text.InviteCode, i.Code.Typed())
			}, a.compare(yes))
			if err != nil {
				return err
			}
			for _, err := range done.Failed {
				a.report(err)
			}
			out := map[string]any{"device": done.Device, "name": done.Name, "patients": append([]record.ID{}, done.Patients...), "left": append([]record.ID{}, done.Left...)}
			err = a.give(out, func() {
				a.tell(text.DeviceAdmitted, short(done.Device), len(done.Patients))
				if len(done.Left) > 0 {
					a.tell(text.DeviceLeft, len(done.Left))
				}
			})
			if err == nil && len(done.Failed) > 0 {
				return errPartial
			}
			return err
		})
	})
	c.Flags().IntVar(&yes, "yes-fd", noFD, a.Say(text.OptYesFD))
	return c
}

// fresh is where a new vault is to stand; nothing may be there.
func (a *app) fresh() (string, error) {
	path, err := a.path()
	if err != nil {
		return "", err
	}
	if _, err := os.Lstat(path); err == nil {
		return "", os.ErrExist
	}
	return path, made(path)
}

func (a *app) joinCommand() *cobra.Command {
	yes, code := noFD, noFD
	var host, name string
	c := a.verb(a.word(text.DeviceJoin), 0, 0, func([]string) error {
		path, err := a.fresh()
		if err != nil {
			return err
		}
		typed, err := a.secret(code, "code-fd", text.AskDeviceCode)
		if err != nil {
			return err
		}
		defer clear(typed)
		in, err := client.ParseInvitation(string(typed), host)
		if err != nil {
			return err
		}
		device, err := vault.Prepare(name)
		if err != nil {
			return err
		}
		passphrase, err := a.newSecret(a.passphraseFD, "passphrase-fd", text.AskNewPassphrase)
		if err != nil {
			return err
		}
		defer clear(passphrase)
		a.note(text.NetworkText)
		joining, err := client.Join(a.ctx, in, device, a.compare(yes), nil)
		if err != nil {
			return err
		}
		v, err := vault.Join(a.ctx, path, device, joining.Admission, passphrase, a.options())
		if err != nil {
			return err
		}
		n, err := a.fetchFrom(v, joining.Host, joining.Key)
		if err == nil {
			err = a.give(map[string]any{"vault": path, "keyholder": joining.Admission.Keyholder.ID, "device": device.ID(), "records": n}, func() { a.tell(text.DeviceJoined, n, path) })
		}
		return errors.Join(err, v.Close())
	})
	c.Flags().StringVar(&host, "server", "", a.Say(text.OptJoinServer))
	c.Flags().StringVar(&name, "name", "", a.Say(text.OptDeviceName))
	c.Flags().IntVar(&code, "code-fd", noFD, a.Say(text.OptCodeFD))
	c.Flags().IntVar(&yes, "yes-fd", noFD, a.Say(text.OptYesFD))
	return c
}

// fetchFrom begins the records that this device was let into, and fetches what is
// awaited. It returns how many came.
func (a *app) fetchFrom(v *vault.Vault, host string, key [32]byte) (n int, err error) {
	c := client.New(v, nil)
	defer c.Close()
	progress := a.progress()
	defer progress.end()
	return session.Fetch(a.ctx, c, v, host, key, progress.examined)
}

func (a *app) fetchCommand() *cobra.Command {
	var host, key string
	c := a.verb(a.word(text.DeviceFetch), 0, 0, func([]string) error {
		if err := errors.Join(a.need("server", host), a.need("server-key", key)); err != nil {
			return err
		}
		g, err := a.grant(host, key, "")
		if err != nil {
			return err
		}
		return a.withVault(func(v *vault.Vault) error {
			n, err := a.fetchFrom(v, g.Host, g.Key)
			if err != nil {
				return err
			}
			return a.give(map[string]any{"records": n}, func() { a.tell(text.DeviceFetched, n) })
		})
	})
	c.Flags().StringVar(&host, "server", "", a.Say(text.OptServer))
	c.Flags().StringVar(&key, "server-key", "", a.Say(text.OptServerKey))
	return c
}

// grant reads a server and its key as somebody typed them.
func (a *app) grant(host, key, until string) (session.Grant, error) {
	g, err := session.NewGrant(host, key, until, time.Now())
	switch {
	case errors.Is(err, session.ErrServer):
		return g, a.usage(text.BadServer, host)
	case errors.Is(err, session.ErrServerKey):
		return g, a.usage(text.BadServerKey, key)
	}
	return g, err
}

func (a *app) removeDeviceCommand() *cobra.Command {
	var offline bool
	c := a.verb(a.word(text.DeviceRemove), 1, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error { return a.removeDevice(v, args[0], offline) })
	})
	c.Flags().BoolVar(&offline, "offline", false, a.Say(text.OptOffline))
	return c
}

func (a *app) removeDevice(v *vault.Vault, named string, offline bool) error {
	d, err := deviceNamed(v, named)
	if err != nil {
		return err
	}
	records, err := v.RemoveDevice(a.ctx, d.ID)
	if err != nil {
		return err
	}
	told := !offline
	if !offline {
		c := client.New(v, nil)
		defer c.Close()
		for _, p := range records {
			if _, err := c.Sync(a.ctx, p, nil); err != nil {
				a.report(err)
				told = false
			}
		}
	}
	return a.give(map[string]any{"removed": d.ID, "records": records, "serverTold": told}, func() {
		a.tell(text.DeviceGone, len(records))
		if told {
			a.tell(text.DeviceTold)
		} else {
			a.tell(text.DeviceUntold)
		}
	})
}

func (a *app) recoverAllCommand() *cobra.Command {
	var host, key, until, name string
	var accept bool
	c := a.verb(a.word(text.SyncRecover), 0, 0, func([]string) error {
		if err := errors.Join(a.need("server", host), a.need("server-key", key)); err != nil {
			return err
		}
		g, err := a.grant(host, key, until)
		if err != nil {
			return err
		}
		path, err := a.fresh()
		if err != nil {
			return err
		}
		grantee := g.Grantee(a.Language, record.Patient{Name: a.Say(text.RecoverWhose)})
		if !accept { // before anything is asked of anybody
			words := grantee.Text
			return a.give(map[string]any{"text": words, "accepted": false}, func() {
				fmt.Fprintln(a.out, words)
				a.tell(text.ConsentAsk)
			})
		}
		a.note(text.PlaceLine, grantee.Text) // the very words that the records keep
		return a.recoverAll(path, name, grantee)
	})
	c.Flags().StringVar(&host, "server", "", a.Say(text.OptServer))
	c.Flags().StringVar(&key, "server-key", "", a.Say(text.OptServerKey))
	c.Flags().StringVar(&until, "until", "", a.Say(text.OptConsentUntil))
	c.Flags().StringVar(&name, "name", "", a.Say(text.OptDeviceName))
	c.Flags().BoolVar(&accept, "accept", false, a.Say(text.OptConsents))
	c.Flags().IntVar(&a.kitFD, "kit-code-fd", noFD, a.Say(text.OptKitCodeFD))
	a.newPassphraseFlag(c)
	return c
}

func (a *app) recoverAll(path, name string, g vault.Grantee) error {
	typed, err := a.secret(a.kitFD, "kit-code-fd", text.AskKitCode)
	if err != nil {
		return err
	}
	defer clear(typed)
	code, err := seal.ParseKitCode(string(typed))
	if err != nil {
		return err
	}
	device, err := vault.Prepare(name)
	if err != nil {
		return err
	}
	passphrase, err := a.newSecret(a.newFD, "new-passphrase-fd", text.AskNewPassphrase)
	if err != nil {
		return err
	}
	defer clear(passphrase)
	found, err := client.FindKit(a.ctx, g.Host, g.Key, code, nil)
	if err != nil {
		return err
	}
	v, err := vault.Join(a.ctx, path, device, found.Admission, passphrase, a.options())
	if err != nil {
		return err
	}
	progress := a.progress()
	back, err := found.Into(a.ctx, v, func(*vault.RecordKeys) (vault.Grantee, bool) {
		return g, true
	}, progress.examined)
	progress.end()
	if err != nil {
		// What has come is not all: the file would be of a device that no record knows.
		return errors.Join(err, v.Close(), os.Remove(path))
	}
	for _, err := range back.Failed {
		a.report(err)
	}
	err = a.give(map[string]any{"vault": path, "patients": back.Patients, "failed": len(back.Failed)}, func() { a.tell(text.RecoveredAll, len(back.Patients)) })
	if err == nil && len(back.Failed) > 0 {
		err = errPartial
	}
	return errors.Join(err, v.Close())
}
