package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"carnet/sync/gateway"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/sheet"
	"carnet/vault/record"
	"carnet/vault/render"
)

// photoOptions say what becomes of photographs.
type photoOptions struct {
	whole bool // the sheet is not looked for
	bare  bool // the originals are not kept
}

func (a *app) photoFlags(c *cobra.Command, o *photoOptions) {
	c.Flags().BoolVar(&o.whole, "whole", false, a.Say(text.OptWhole))
	c.Flags().BoolVar(&o.bare, "without-originals", false, a.Say(text.OptBare))
}

// join adds photographs as one document, named after the first of them.
func (a *app) join(v *vault.Vault, p record.Patient, paths []string, o photoOptions, opt vault.ImportOptions, read bool) error {
	start := time.Now()
	var pictures [][]byte
	var total int64
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		if total += info.Size(); len(paths) > gateway.MaxPictures || total > gateway.MaxDelivery {
			return a.refuse(text.JoinTooMany, gateway.MaxPictures, a.Size(gateway.MaxDelivery))
		}
		picture, err := vault.ReadGiven(path, gateway.MaxDelivery)
		if err != nil {
			return err
		}
		pictures = append(pictures, picture)
	}
	name := strings.TrimSuffix(filepath.Base(paths[0]), filepath.Ext(paths[0]))
	return a.addJoined(v, p, pictures, vault.Joined{Name: name + ".pdf"}, o, opt, start, read)
}

// addJoined makes the document and adds it.
func (a *app) addJoined(v *vault.Vault, p record.Patient, pictures [][]byte, j vault.Joined, o photoOptions, opt vault.ImportOptions, start time.Time, read bool) error {
	var pages [][]byte
	for _, picture := range pictures {
		page, _, err := a.renderer().Photo(a.ctx, bytes.NewReader(picture), int64(len(picture)), &render.PhotoOptions{Straighten: !o.whole})
		if err != nil {
			return err
		}
		pages = append(pages, page)
	}
	var originals []sheet.Original
	if !o.bare {
		originals = sheet.Originals(pictures)
	}
	var err error
	if j.Content, err = sheet.Photographs(pages, originals, time.Now()); err != nil {
		return err
	}
	j.Pictures = len(pictures)
	added, err := v.AddJoined(a.ctx, p.ID, j, &opt)
	if err != nil {
		return err
	}
	a.line(text.DocAdded, short(added.ID), added.Path)
	out := addedJSON{[]addedFile{{Path: added.Path, ID: added.ID}}, []duplicateFile{}, []failedFile{}, []failedFile{}, 0}
	return a.added(v, out, nil, time.Since(start), read)
}

func (a *app) receiveCommand() *cobra.Command {
	var opt vault.ImportOptions
	var unread bool
	var network string
	var photos photoOptions
	c := a.verb(a.word(text.DocumentReceive), 0, 0, func([]string) error {
		return a.withVault(func(v *vault.Vault) error {
			p, err := a.who(v)
			if err != nil {
				return err
			}
			pictures, err := a.receive(network)
			if err != nil {
				return err
			}
			j := vault.Joined{Name: a.Say(text.JoinedTitle) + ".pdf", Received: true}
			return a.addJoined(v, p, pictures, j, photos, opt, time.Now(), !unread)
		})
	})
	c.Flags().StringVar(&network, "network", "", a.Say(text.OptNetwork))
	a.categoryFlag(c, &opt.Category)
	c.Flags().StringVar(&opt.Date, "date", "", a.Say(text.OptDate))
	c.Flags().BoolVar(&unread, "no-ocr", false, a.Say(text.OptNoReading))
	a.photoFlags(c, &photos)
	return c
}

// receive waits for the photographs of a telephone.
func (a *app) receive(address string) ([][]byte, error) {
	networks, err := gateway.Networks()
	if address != "" {
		var n gateway.Network
		n, err = gateway.NetworkOf(address)
		networks = []gateway.Network{n}
	}
	if err != nil {
		return nil, err
	}
	for _, other := range networks[1:] {
		a.note(text.ReceiveOther, other.Address.Addr().String(), other.Name)
	}
	g, err := gateway.Listen(networks[0], text.PhonePages(a.Language)...)
	if err != nil {
		return nil, err
	}
	defer g.Close()
	if a.live() {
		code, err := sheet.QRText(g.Link())
		if err != nil {
			return nil, err
		}
		fmt.Fprint(a.err, code)
	}
	a.note(text.ReceiveOpen, "http://"+g.Address()+"/")
	a.note(text.ReceiveCode, strings.Join(g.Code(), " "))
	a.note(text.ReceiveLimit)
	pictures, err := g.Receive(a.ctx, nil)
	if err == nil {
		fmt.Fprintln(a.err, a.Plural(len(pictures), text.ReceivedOne, text.ReceivedMany))
	}
	return pictures, err
}
