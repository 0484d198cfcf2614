package vault

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"carnet/vault/chain"
	"carnet/vault/exchange/parcel"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// Two households that share a child have a vault each. The chain of the child is in
// both: a parent of the other household is a guardian in it like any other, by the
// keys that their own vault has. What travels between them is a parcel: the
// operations of that one record as they lie in the file, sealed as they are, once more
// inside an age file for the other household. Merging it is merging a copy that holds
// nothing but this record, so that neither a second merge nor one in the other
// direction brings anything twice.

// HomeCode is what somebody gives to the other household so that it can seal a record
// to them: their name, and the public keys of their vault and of their kit. It opens
// nothing and tells nothing of anybody's health.
type HomeCode struct {
	Name      string
	keyholder record.ID
	entries   []chain.Entry // the device, then the kit
	signed    []byte
}

// homeBody is a code in its file.
type homeBody struct {
	_         struct{} `cbor:",toarray"`
	Keyholder record.ID
	Name      string
	Device    chain.Entry
	Kit       chain.Entry
	Sig       [64]byte // by the device
}

const (
	homeMagic = "carnet-foyer-1"
	homeSize  = 8 << 10 // more than any code has
	homeLine  = 64
)

// homeMessage is what the device signs: that it and the kit belong together.
func (b homeBody) homeMessage() ([]byte, error) {
	b.Sig = [64]byte{}
	said, err := chain.Encode(b)
	return append([]byte("carnet1/home"), said...), err
}

// HomeCode makes the code of the keyholder who is open, the same as long as their
// keys are not replaced.
func (v *Vault) HomeCode() (HomeCode, error) {
	done, err := v.looking()
	if err != nil {
		return HomeCode{}, err
	}
	defer done()
	me := v.me()
	kit, ok := v.kitOf(me.ID)
	if !ok {
		return HomeCode{}, fmt.Errorf("%w: no kit", errInternal)
	}
	b := homeBody{Keyholder: me.ID, Name: me.Name, Device: entryOf(v.self.Public(), false, me.ID, chain.Guardian), Kit: kit}
	message, err := b.homeMessage()
	if err != nil {
		return HomeCode{}, err
	}
	b.Sig = v.self.Sign(message)
	return b.code()
}

// code verifies what a code says.
func (b homeBody) code() (HomeCode, error) {
	message, err := b.homeMessage()
	if err != nil {
		return HomeCode{}, err
	}
	signed, err := chain.Encode(b)
	if err != nil {
		return HomeCode{}, err
	}
	whole := !b.Device.Kit && b.Kit.Kit && b.Device.Keyholder == b.Keyholder && b.Kit.Keyholder == b.Keyholder
	if !whole || checkName(b.Name) != nil || !(seal.Public{Sign: b.Device.Sign}).Verify(message, b.Sig) {
		return HomeCode{}, ErrHomeCode
	}
	return HomeCode{Name: b.Name, keyholder: b.Keyholder, entries: []chain.Entry{b.Device, b.Kit}, signed: signed}, nil
}

// Bytes is the code as a file, of text: a line that says what it is, then lines of
// base64.
func (c HomeCode) Bytes() []byte {
	var out strings.Builder
	out.WriteString(homeMagic + "\n")
	said := base64.StdEncoding.EncodeToString(c.signed)
	for len(said) > 0 {
		n := min(homeLine, len(said))
		out.WriteString(said[:n] + "\n")
		said = said[n:]
	}
	return []byte(out.String())
}

// Fingerprint is what two people compare aloud, to know that nobody has put another
// code in its place: 80 bits of its SHA-256 in four groups.
func (c HomeCode) Fingerprint() string {
	const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	sum := sha256.Sum256(append([]byte("carnet1/home-fingerprint"), c.signed...))
	var out strings.Builder
	bits, n := 0, 0
	for _, b := range sum[:10] {
		for bits, n = bits<<8|int(b), n+8; n >= 5; n -= 5 {
			if written := out.Len(); written%5 == 4 {
				out.WriteByte(' ')
			}
			out.WriteByte(crockford[bits>>(n-5)&31])
		}
	}
	return out.String()
}

// ParseHomeCode reads a code, as a file or as it came in a message. It returns
// [ErrHomeCode].
func ParseHomeCode(b []byte) (HomeCode, error) {
	if len(b) > homeSize {
		return HomeCode{}, ErrHomeCode
	}
	_, said, found := strings.Cut(string(b), homeMagic)
	if !found {
		return HomeCode{}, ErrHomeCode
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(said), ""))
	var body homeBody
	if err != nil || chain.Decode(raw, &body) != nil {
		return HomeCode{}, ErrHomeCode
	}
	return body.code()
}

// Save writes the code into a new file. The error wraps [fs.ErrExist] when something
// is at path.
func (c HomeCode) Save(path string) error { return WriteNew(path, c.Bytes()) }

// ReadHomeCode reads a code from a file. It returns [ErrHomeCode], [ErrNotRegular],
// [ErrChanging] or an error of the disk.
func ReadHomeCode(path string) (HomeCode, error) {
	b, err := ReadGiven(path, homeSize)
	switch {
	case errors.Is(err, ErrTooLarge):
		return HomeCode{}, ErrHomeCode
	case err != nil:
		return HomeCode{}, err
	}
	return ParseHomeCode(b)
}

// OtherHomes names those who have a part in a record from a household of their own. It
// returns [ErrNoPatient].
func (v *Vault) OtherHomes(patient record.ID) ([]string, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	c, err := v.of(patient)
	if err != nil {
		return nil, err
	}
	_, names := v.elsewhere(c)
	return names, nil
}

// Parcel is what [Vault.ExportPatient] wrote.
type Parcel struct {
	Path    string
	To      []string // names of those of other households to whom it is sealed
	Changes int      // operations in it, hidden ones included
	Bytes   int64
}

// ExportPatient writes the whole record of a patient to path, sealed to those who have
// a part in it from a household of their own. With a code its owner becomes a guardian
// of the record first: from then on they read all of it that is not hidden from them,
// and what is hidden travels as sealed as it lies here. The other household merges the
// file ([Vault.OpenParcel], [Vault.Merge]), and may send one back that is made in the
// same way, without a code.
//
// It returns [ErrNoPatient], [ErrNotAllowed] to a carer, [ErrHandedOver], [ErrMember]
// when the code is of this household, or of somebody in the record whose keys are other
// ones by now, [ErrNoOtherHome] without a code when nobody of another household has a
// part in it, or an error wrapping [fs.ErrExist] when something is at path.
func (v *Vault) ExportPatient(ctx context.Context, patient record.ID, path string, to *HomeCode, progress func(done, total int64)) (Parcel, error) {
	out, err := v.exportPatient(ctx, patient, path, to, progress)
	return out, wrap("export record", named(err))
}

func (v *Vault) exportPatient(ctx context.Context, patient record.ID, path string, to *HomeCode, progress func(done, total int64)) (out Parcel, err error) {
	if _, err := os.Lstat(path); err == nil {
		return out, fs.ErrExist
	} else if !errors.Is(err, fs.ErrNotExist) {
		return out, err
	}
	out.Path = path
	var seqs []uint64
	var sealers []parcel.Sealer
	err = v.act(ctx, func(a *act) error {
		c, err := a.chart(patient)
		if err != nil {
			return err
		}
		mine, _ := c.chain.Entry(a.self.id)
		switch {
		case mine.Role.Carer():
			return ErrNotAllowed
		case c.handed != nil:
			return ErrHandedOver
		}
		if to != nil {
			if err := a.welcome(c, to); err != nil {
				return err
			}
		}
		sealers, out.To = a.elsewhere(c)
		if len(sealers) == 0 {
			return ErrNoOtherHome
		}
		if seqs, _, err = a.valuesOf(c); err != nil {
			return err
		}
		out.Changes = len(seqs)
		return a.log(c, record.PatientSent, patient)
	})
	if err != nil {
		return out, err
	}
	loose, err := v.packed(ctx, patient, path, seqs, progress)
	if err != nil {
		return out, err
	}
	defer os.Remove(loose)
	out.Bytes, err = sealFile(ctx, loose, path, sealers)
	return out, err
}

// welcome makes somebody of another household a guardian.
func (a *act) welcome(c *chart, to *HomeCode) error {
	members := c.chain.Members()
	if _, here := members[to.entries[0].Device()]; here {
		if _, ours := a.house.chain.Members()[to.entries[0].Device()]; ours {
			return ErrMember
		}
		return nil
	}
	if _, _, known := c.pseudonymOf(to.keyholder); known || a.house.people[to.keyholder].name != "" {
		return ErrMember
	}
	if err := a.admitEntries(c, record.Keyholder{ID: to.keyholder, Name: to.Name}, to.entries, chain.Guardian, nil); err != nil {
		return err
	}
	return a.settle(c)
}

// elsewhere lists the devices and kits of a record that are of no keyholder here, and
// whose they are.
func (s *state) elsewhere(c *chart) (to []parcel.Sealer, names []string) {
	here := s.house.chain.Members()
	people := map[record.ID]bool{}
	for device, e := range c.chain.Members() {
		if _, ours := here[device]; ours {
			continue
		}
		to = append(to, seal.Public{Sign: e.Sign, HPKE: e.HPKE})
		people[e.Keyholder] = true
	}
	for _, pseudonym := range sortedIDs(people) {
		names = append(names, c.people[pseudonym].name)
	}
	return to, names
}

// packed writes the values of a record into a file of their own beside path, as they
// are, and returns its name.
func (v *Vault) packed(ctx context.Context, patient record.ID, path string, seqs []uint64, progress func(done, total int64)) (loose string, err error) {
	done, err := v.looking()
	if err != nil {
		return "", err
	}
	defer done()
	c, err := v.of(patient)
	if err != nil {
		return "", err
	}
	if loose, err = store.Aside(path); err != nil {
		return "", err
	}
	g, err := store.Gather(loose)
	if err != nil {
		return "", errors.Join(err, os.Remove(loose))
	}
	err = v.db.View(func(tx *store.Tx) error {
		for _, circle := range c.chain.Circles() {
			for _, r := range c.chain.Rotations(circle) {
				for _, s := range r.Seals {
					key := sealKey(s.Seal)
					if value := tx.Get(store.Seals, key); value != nil {
						if err := g.Put(store.Seals, key, value); err != nil {
							return err
						}
					}
				}
			}
		}
		for i, seq := range seqs {
			if err := ctx.Err(); err != nil {
				return err
			}
			if progress != nil {
				progress(int64(i), int64(len(seqs)))
			}
			if err := pack(g, tx, seq); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return "", errors.Join(err, g.Drop())
	}
	if err := g.Finish(); err != nil {
		return "", errors.Join(err, os.Remove(loose))
	}
	return loose, nil
}

// pack copies one operation with its body, its chunks and what was derived from them.
func pack(g *store.Gathering, tx *store.Tx, seq uint64) error {
	key := store.Seq(seq)
	for _, bucket := range []store.Bucket{store.Ops, store.Records} {
		if value := tx.Get(bucket, key); value != nil {
			if err := g.Put(bucket, key, value); err != nil {
				return err
			}
		}
	}
	for _, kind := range derivedKinds {
		if value := tx.Get(store.Index, kind.key(seq)); value != nil {
			if err := g.Put(store.Index, kind.key(seq), value); err != nil {
				return err
			}
		}
	}
	n, err := tx.CountChunks(seq)
	if err != nil {
		return err
	}
	for i := range n {
		chunk, err := tx.Chunk(seq, i, true)
		if err != nil {
			return err
		}
		if err := g.PutChunk(seq, binary.BigEndian.AppendUint32(nil, i), chunk); err != nil {
			return err
		}
	}
	return nil
}

// sealFile seals a file into a new one, which has its name when it is whole.
func sealFile(ctx context.Context, from, path string, to []parcel.Sealer) (size int64, err error) {
	in, err := os.Open(from)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	err = store.WriteAside(path, func(out *os.File) error {
		w, err := parcel.Seal(out, to...)
		if err == nil {
			err = errors.Join(copyAll(ctx, w, in), w.Close())
		}
		if err == nil {
			size, err = out.Seek(0, io.SeekCurrent)
		}
		return err
	})
	return size, err
}

// OpenParcel opens a file that another household sealed to the keyholder who is open,
// for [Vault.Compare] and [Vault.Merge], as a copy that holds this record and nothing
// else. What it holds stays sealed on the disk, in a file that [Copy.Close] removes.
//
// It returns [ErrNotForUs], [ErrDamaged], [ErrClosedHere] when the record was closed
// for good in this vault, or an error of the disk.
func (v *Vault) OpenParcel(ctx context.Context, path string) (*Copy, error) {
	c, err := v.openParcel(ctx, path)
	return c, wrap("open parcel", named(err))
}

func (v *Vault) openParcel(ctx context.Context, path string) (c *Copy, err error) {
	self, err := v.ownDevice()
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			self.Wipe()
		}
	}()
	loose, err := v.unsealed(ctx, path, self)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(loose))
		}
	}()
	db, err := store.OpenReadOnly(loose)
	if err != nil {
		return nil, fmt.Errorf("%w: parcel: %w", ErrDamaged, err)
	}
	other := &Vault{opt: v.opt, path: path, db: db, self: self, reserved: map[uint64]bool{}}
	err = db.View(func(tx *store.Tx) error {
		other.state, err = loadParcel(tx, self)
		return err
	})
	if err == nil {
		err = v.fitsParcel(other)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Copy{v: other, loose: loose}, nil
}

// unsealed opens the age file into one beside the vault, and returns its name. A later
// opening of the vault removes it if this process does not.
func (v *Vault) unsealed(ctx context.Context, path string, self *device) (loose string, err error) {
	in, err := OpenGiven(path)
	if err != nil {
		return "", err
	}
	defer in.Close()
	plain, err := parcel.Open(in, self)
	switch {
	case errors.Is(err, parcel.ErrNotForUs):
		return "", ErrNotForUs
	case err != nil:
		return "", fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if loose, err = store.Aside(filepath.Clean(v.path)); err != nil {
		return "", err
	}
	out, err := os.OpenFile(loose, os.O_WRONLY|os.O_TRUNC, 0o600)
	if err == nil {
		err = errors.Join(copyAll(ctx, out, plain), out.Close())
	}
	if errors.Is(err, parcel.ErrDamaged) {
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err != nil {
		return "", errors.Join(err, os.Remove(loose))
	}
	return loose, nil
}

// loadParcel reads a file that holds one record and no household.
func loadParcel(tx *store.Tx, self *device) (*state, error) {
	l := &loader{
		state: &state{
			charts: map[record.ID]*chart{}, gone: map[record.ID]bool{},
			house: newChart(chain.NewHousehold(chain.Hash{})),
		},
		self:       self,
		candidates: map[keyName][]*seal.CircleKey{},
		byEpoch:    map[uint32][]*seal.CircleKey{},
		given:      map[record.ID][][]byte{},
		headers:    map[[16]byte][]*opened{},
	}
	if err := l.readSeals(tx); err != nil {
		return nil, err
	}
	if err := l.readHeaders(tx); err != nil {
		return nil, err
	}
	for patient := range l.headers {
		if patient == chain.Household {
			return nil, fmt.Errorf("%w: a household in a parcel", ErrDamaged)
		}
		c, err := l.walk(tx, manifest{}, func() *chart { return newChart(chain.New(patient)) })
		if err != nil {
			return nil, err
		}
		if c.common() != nil {
			l.charts[patient] = c
		}
	}
	l.journal.at = record.Millis(l.clock >> 16)
	return l.state, l.number(tx, nil)
}

// fitsParcel reports whether a parcel holds one record whole, and whether it may come
// in.
func (v *Vault) fitsParcel(other *Vault) error {
	done, err := v.looking()
	if err != nil {
		return err
	}
	defer done()
	if d := other.damage(); len(other.charts) != 1 || other.foreign+d.Records+d.Refused > 0 {
		return fmt.Errorf("%w: parcel", ErrDamaged)
	}
	for id, c := range other.charts {
		if _, closed := v.house.closures[id]; closed {
			return ErrClosedHere
		}
		for _, d := range c.documents {
			if err := other.countChunks(d); err != nil {
				return err
			}
		}
	}
	return nil
}

// joinedBody is what the household keeps of a record that began in another one.
type joinedBody struct {
	At record.Millis `cbor:"1,keyasint"`
}

// join says in the household that a record which began elsewhere belongs here, before
// it is read.
func (a *act) join(other *Vault) error {
	for _, id := range sortedIDs(other.charts) {
		if _, here := a.charts[id]; here {
			continue
		}
		if err := a.expect(id); err != nil {
			return err
		}
	}
	return nil
}

// expect says of one record that it belongs here, once.
func (a *act) expect(patient record.ID) error {
	if a.house.joined[patient] {
		return nil
	}
	_, err := a.write(a.house, draft{kind: chain.Data, head: bodyHead{Type: typeJoined, ID: patient}, body: &joinedBody{At: record.At(a.opt.Now())}})
	return err
}

// logMerged notes that a parcel was merged.
func (a *act) logMerged(other *Vault) error {
	for _, id := range sortedIDs(other.charts) {
		c, err := a.of(id)
		if err != nil {
			return err
		}
		if err := a.log(c, record.PatientMerged, id); err != nil {
			return err
		}
	}
	return nil
}

// Namesakes lists the records here of somebody who has the name and birth of one of
// the others: each parent may have begun one before they had a common one.
func (v *Vault) Namesakes(p record.Patient) ([]record.Patient, error) {
	all, err := v.Patients()
	if err != nil {
		return nil, err
	}
	var out []record.Patient
	for _, q := range all {
		if q.ID != p.ID && SameName(q.Name, p.Name) && q.Birth == p.Birth {
			out = append(out, q)
		}
	}
	return out, nil
}

// nameOf is the name of a keyholder, of this vault or of another household in a
// record.
func (c *chart) nameOf(house *chart, keyholder record.ID) string {
	if name := house.people[keyholder].name; name != "" {
		return name
	}
	for _, p := range c.people {
		if p.keyholder == keyholder {
			return p.name
		}
	}
	return ""
}

// sameContent finds another document, not in the bin, of the same content, or nil.
func (c *chart) sameContent(d *record.Document) *document {
	for _, id := range sortedIDs(c.documents) {
		if known := c.documents[id]; known.ID != d.ID && known.RemovedAt == 0 && known.Digest == d.Digest {
			return known
		}
	}
	return nil
}
