package vault

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// A keyholder may have several devices: each computer has a file of its own, with a
// household of its own and the same recovery kit. What they have in common is the
// records, whose chains name all devices of the keyholder. A device adds and removes
// others of its own keyholder, and nobody else's.

// MaxDeviceName is the longest name of a device, in characters.
const MaxDeviceName = 60

// called is how and when a device came into a chart.
type called struct {
	name  string
	since record.Millis
}

// Device is a computer of the keyholder who is open.
type Device struct {
	ID       record.ID
	Name     string        // what the person called it, "" for none
	Since    record.Millis // when it came into the first of the records
	LastSeen record.Millis // when it wrote last, as far as it is known here; 0 for never
	This     bool          // the one that asks
	Patients []record.ID   // whose records it reads, of those read here
}

// Devices lists the computers of the keyholder who is open, this one first, then by
// when they came.
func (v *Vault) Devices() ([]Device, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	found := map[record.ID]*Device{}
	for _, patient := range sortedIDs(v.charts) {
		c := v.charts[patient]
		for id, e := range c.chain.Members() {
			if e.Kit || c.people[e.Keyholder].keyholder != v.self.keyholder {
				continue
			}
			d := found[id]
			if d == nil {
				d = &Device{ID: id, This: id == v.self.id, Since: c.devices[id].since}
				found[id] = d
			}
			if said := c.devices[id]; said.name != "" {
				d.Name = said.name
			}
			d.Since = min(d.Since, c.devices[id].since)
			d.Patients = append(d.Patients, patient)
		}
		for _, e := range c.ops {
			if d := found[e.device]; d != nil {
				d.LastSeen = max(d.LastSeen, record.Millis(e.hlc>>16))
			}
		}
	}
	if found[v.self.id] == nil {
		e := v.house.devices[v.self.id]
		found[v.self.id] = &Device{ID: v.self.id, Name: e.name, Since: e.since, This: true}
	}
	var out []Device
	for _, id := range sortedIDs(found) {
		out = append(out, *found[id])
	}
	slices.SortStableFunc(out, func(a, b Device) int {
		switch {
		case a.This != b.This && a.This:
			return -1
		case a.This != b.This:
			return 1
		}
		return int(a.Since - b.Since)
	})
	return out, nil
}

// checkDeviceName returns [ErrName] for what is no name of a device; none is one.
func checkDeviceName(name string) error {
	if name != strings.TrimSpace(name) || !utf8.ValidString(name) || utf8.RuneCountInString(name) > MaxDeviceName || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return ErrName
	}
	return nil
}

// AdmitDevice lets another computer of the keyholder who is open into records: it
// reads all that they read there, what is private to them included, from the beginning.
// Every circle gets a new epoch that is sealed to it too. A record where it is already
// stays as it is.
//
// It returns [ErrNoPatient], [ErrHandedOver], [ErrName] or [ErrNotAllowed].
func (v *Vault) AdmitDevice(ctx context.Context, device seal.Public, name string, patients []record.ID) error {
	err := v.act(ctx, func(a *act) error {
		if err := checkDeviceName(name); err != nil {
			return err
		}
		for _, p := range patients {
			if err := a.admitDevice(p, device, name); err != nil {
				return err
			}
		}
		return nil
	})
	return wrap("admit device", err)
}

func (a *act) admitDevice(patient record.ID, device seal.Public, name string) error {
	c, err := a.chart(patient)
	if err != nil {
		return err
	}
	if c.handed != nil {
		return ErrHandedOver
	}
	mine, ok := c.chain.Members()[a.self.id]
	if !ok {
		return ErrNotAllowed
	}
	e := entryOf(device, false, mine.Keyholder, mine.Role)
	if _, here := c.chain.Members()[e.Device()]; here {
		return nil
	}
	me := c.people[mine.Keyholder]
	body := memberBody{Keyholder: me.keyholder, Name: me.name, Device: name}
	m := chain.MemberClear{Add: true, Entries: []chain.Entry{e}}
	if _, err := a.write(c, draft{kind: chain.Member, clear: &m, head: bodyHead{Type: typeMember}, body: &body}); err != nil {
		return err
	}
	if err := a.settle(c); err != nil {
		return err
	}
	return a.log(c, record.DeviceAdded, record.ID(e.Device()))
}

// ShareWithDevice lets a device that the keyholder has already into a further record.
// It returns [ErrNoDevice] and the errors of [Vault.AdmitDevice].
func (v *Vault) ShareWithDevice(ctx context.Context, device, patient record.ID) error {
	err := v.act(ctx, func(a *act) error {
		for _, id := range sortedIDs(a.charts) {
			c := a.charts[id]
			e, here := c.chain.Members()[device]
			if here && !e.Kit && c.people[e.Keyholder].keyholder == a.self.keyholder {
				return a.admitDevice(patient, seal.Public{Sign: e.Sign, HPKE: e.HPKE}, c.devices[device].name)
			}
		}
		return ErrNoDevice
	})
	return wrap("share with device", err)
}

// RemoveDevice takes another computer of the keyholder out of every record: each
// circle that it read gets a new epoch, which it cannot open. What it has fetched so
// far stays readable on it. It returns in how many records it was.
//
// It returns [ErrNoDevice], or [ErrThisDevice].
func (v *Vault) RemoveDevice(ctx context.Context, device record.ID) (records []record.ID, err error) {
	err = v.act(ctx, func(a *act) error {
		records = nil
		if device == a.self.id {
			return ErrThisDevice
		}
		for _, patient := range sortedIDs(a.charts) {
			c := a.charts[patient]
			e, here := c.chain.Members()[device]
			if !here || e.Kit || c.people[e.Keyholder].keyholder != a.self.keyholder {
				continue
			}
			if c, err = a.chart(patient); err != nil {
				return err
			}
			if err := a.unseal(c, []chain.Entry{e}); err != nil {
				return err
			}
			if _, err := a.write(c, draft{kind: chain.Member, clear: &chain.MemberClear{Entries: []chain.Entry{e}}}); err != nil {
				return err
			}
			if err := a.settle(c); err != nil {
				return err
			}
			if err := a.log(c, record.DeviceRemoved, device); err != nil {
				return err
			}
			records = append(records, patient)
		}
		if len(records) == 0 {
			return ErrNoDevice
		}
		return nil
	})
	return records, wrap("remove device", err)
}

// NewDevice is a device that belongs to nobody yet: its keys, in memory alone.
type NewDevice struct {
	*seal.Identity
	Name string
}

// Prepare draws the keys of a device. name is what the person calls it, "" for
// nothing. It returns [ErrName].
func Prepare(name string) (*NewDevice, error) {
	if err := checkDeviceName(name); err != nil {
		return nil, err
	}
	id, err := seal.NewIdentity(seal.NewKey())
	if err != nil {
		return nil, fmt.Errorf("vault: device: %w", err)
	}
	return &NewDevice{Identity: id, Name: name}, nil
}

// ID is that of the device.
func (d *NewDevice) ID() record.ID { return deviceID(d.Public()) }

// Admission says whose device a new one is to be.
type Admission struct {
	Keyholder record.Keyholder
	Kit       seal.Public // of the recovery kit that the keyholder has
	// Patients are the records that it was let into, from who let it in: a server
	// could make one up.
	Patients []record.ID
}

// Admission is what another device of the keyholder who is open needs to know.
func (v *Vault) Admission() (Admission, error) {
	done, err := v.looking()
	if err != nil {
		return Admission{}, err
	}
	defer done()
	kit, ok := v.kitOf(v.self.keyholder)
	if !ok {
		return Admission{}, fmt.Errorf("%w: no kit", errInternal)
	}
	return Admission{Keyholder: v.me(), Kit: seal.Public{Sign: kit.Sign, HPKE: kit.HPKE}}, nil
}

// Join makes a new vault file at path for another computer of a keyholder, without a
// patient and with the recovery kit that they have, and opens it. The device keeps its
// keys in the file from then on. The errors are those of [Create].
func Join(ctx context.Context, path string, d *NewDevice, adm Admission, passphrase []byte, opt *Options) (*Vault, error) {
	v := &Vault{opt: opt.orDefault(), path: path, reserved: map[uint64]bool{}}
	me := adm.Keyholder
	if err := checkName(me.Name); err != nil {
		return nil, err
	}
	if err := checkPassphrase(passphrase); err != nil {
		return nil, err
	}
	var vaultID [16]byte = newID()
	v.state = &state{id: vaultID, charts: map[record.ID]*chart{}, journal: newJournal(), nextSeq: 1}
	seed, err := seal.KeyFrom(d.Seed().Expose())
	if err != nil {
		return nil, err
	}
	self, slot, err := deviceOf(seed, vaultID, me, passphrase, &v.opt)
	if err != nil {
		return nil, err
	}
	v.self = self
	v.db, err = store.Create(path, func(tx *store.Tx) error {
		a := &act{state: v.state, opt: &v.opt, tx: tx, self: self, ctx: ctx}
		if err := tx.Put(store.Meta, idKey, vaultID[:]); err != nil {
			return err
		}
		if err := tx.Put(store.Meta, slot.ID[:], slot.Bytes()); err != nil {
			return err
		}
		if err := a.newHousehold(me, adm.Kit); err != nil {
			return err
		}
		for _, p := range adm.Patients {
			if err := a.expect(p); err != nil {
				return err
			}
		}
		if err := a.log(a.house, record.VaultCreated, me.ID); err != nil {
			return err
		}
		return a.finish(1)
	})
	if err != nil {
		self.Wipe()
		return nil, fmt.Errorf("join: %w", named(err))
	}
	v.watched = v.opt.Marks != nil
	v.mark()
	return v, nil
}

// awaited is a record that this device was admitted to and has not fetched whole: with
// the keys that it was given its pages can be read one by one, each for itself.
type awaited struct {
	receipt chain.Consent
	keys    []*seal.CircleKey
}

// awaitedBody is what is kept of it, under a key of the device.
type awaitedBody struct {
	Patient record.ID          `cbor:"1,keyasint"`
	Op      chain.Hash         `cbor:"2,keyasint"`
	Receipt chain.ReceiptClear `cbor:"3,keyasint"`
	Keys    []awaitedKeyBody   `cbor:"4,keyasint"`
}

type awaitedKeyBody struct {
	_      struct{} `cbor:",toarray"`
	Circle [16]byte
	Epoch  uint32
	Secret []byte
}

// awaitedKey is where it stands: beside the manifest of the device.
func awaitedKey(slot [16]byte) []byte { return append(slot[:], 'a') }

// openAwaited reads what a device awaits; a recovery kit remembers nothing.
func openAwaited(tx *store.Tx, self *device) (map[record.ID]*awaited, error) {
	value := tx.Get(store.Self, awaitedKey(self.slot))
	if value == nil || self.slot == ([16]byte{}) {
		return nil, nil
	}
	sealed, err := seal.Parse(value)
	if err != nil {
		return nil, fmt.Errorf("%w: awaited records: %w", ErrDamaged, err)
	}
	plain, err := self.OpenSelf(labelAwaited, byte(store.Self), sealed)
	if err != nil {
		return nil, fmt.Errorf("%w: awaited records: %w", ErrDamaged, err)
	}
	var list []awaitedBody
	if err := decoding.Unmarshal(plain, &list); err != nil {
		return nil, fmt.Errorf("%w: awaited records: %w", ErrDamaged, err)
	}
	out := map[record.ID]*awaited{}
	for _, b := range list {
		w := &awaited{receipt: chain.Consent{ReceiptClear: b.Receipt, Op: b.Op}}
		for _, k := range b.Keys {
			secret, err := seal.KeyFrom(k.Secret)
			if err != nil {
				return nil, err
			}
			key, err := seal.RestoreCircleKey(b.Patient, k.Circle, k.Epoch, secret)
			if err != nil {
				return nil, err
			}
			w.keys = append(w.keys, key)
		}
		out[b.Patient] = w
	}
	return out, nil
}

// putAwaited writes what is awaited, or removes it when nothing is.
func (a *act) putAwaited() error {
	a.touched = true
	key := awaitedKey(a.self.slot)
	if len(a.awaited) == 0 {
		return a.tx.Delete(store.Self, key)
	}
	var list []awaitedBody
	for _, patient := range sortedIDs(a.awaited) {
		w := a.awaited[patient]
		b := awaitedBody{Patient: patient, Op: w.receipt.Op, Receipt: w.receipt.ReceiptClear}
		for _, k := range w.keys {
			b.Keys = append(b.Keys, awaitedKeyBody{Circle: k.Circle, Epoch: k.Epoch, Secret: k.Secret().Expose()})
		}
		list = append(list, b)
	}
	plain, err := chain.Encode(list)
	if err != nil {
		return fmt.Errorf("vault: awaited records: %w", err)
	}
	sealed, err := a.self.Self(labelAwaited, byte(store.Self), plain)
	if err != nil {
		return fmt.Errorf("vault: awaited records: %w", err)
	}
	return a.tx.Put(store.Self, key, sealed.Bytes())
}

// key is the awaited key that a rotation brings, nil when it is not among them.
func (w *awaited) key(op *chain.Signed) *seal.CircleKey {
	var r chain.RotateClear
	if w == nil || op.Kind != chain.Rotate || chain.Decode(op.Clear, &r) != nil {
		return nil
	}
	for _, k := range w.keys {
		if k.Circle == r.Circle && k.Epoch == r.Epoch && k.ID == r.KeyID {
			return k
		}
	}
	return nil
}

// begin gives a chart that is still empty the key that its first operations are kept
// under: that of the first rotation of everybody's circle, on the first page.
func (w *awaited) begin(c *chart, p *Page) error {
	for _, in := range p.Ops {
		if k := w.key(in.Op); k != nil && k.Circle == c.chain.Patient() {
			c.circles[k.Circle] = &circle{id: k.Circle, audience: chain.Audience{Class: chain.Common}, epochs: map[uint32][]*seal.CircleKey{k.Epoch: {k}}}
			return nil
		}
	}
	return fmt.Errorf("%w: no first key", ErrAltered)
}

// coming is of for what may still be awaited: then it is an empty chart.
func (s *state) coming(patient record.ID) (*chart, error) {
	if c := s.charts[patient]; c != nil {
		return c, nil
	}
	if s.awaited[patient] != nil {
		return newChart(chain.New(patient)), nil
	}
	return nil, ErrNoPatient
}

// RecordKeys is what a server gave a device or a kit to begin a record with. Its keys
// open nothing until pages have proved them.
type RecordKeys struct {
	Patient   record.ID
	Keyholder record.Keyholder // of the device or kit
	Kit       seal.Public      // the kit of that keyholder
	Role      record.Role

	keyholder [16]byte // pseudonym
	keys      []*seal.CircleKey
	consents  []chain.Consent
	ops       []*chain.Signed
}

// ReadKeys reads what a server gave of a record to this device: operations that say
// who belongs to it, rotations and consents, in its order. It returns [ErrNoKeys], and
// [ErrAltered] for a record that no device or kit of the keyholder let this one into:
// whoever has the public keys of a device can make one up.
func (v *Vault) ReadKeys(patient record.ID, came []Incoming) (*RecordKeys, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	r, err := readKeys(v.self.Identity, patient, came)
	if err != nil {
		return nil, err
	}
	if !v.house.joined[patient] && !slices.ContainsFunc(r.ops, v.admits) {
		return nil, fmt.Errorf("%w: a record that this device was not let into", ErrAltered)
	}
	return r, nil
}

// admits reports whether an operation lets this device into a record, signed by a
// device or kit that is known here for one of the keyholder's.
func (v *Vault) admits(op *chain.Signed) bool {
	entries, add, err := memberEntries(op)
	if op.Kind != chain.Member || err != nil || !add || !slices.ContainsFunc(entries, func(e chain.Entry) bool { return e.Device() == v.self.id }) {
		return false
	}
	if kit, ok := v.house.chain.Members()[op.Device]; ok && kit.Keyholder == v.self.keyholder {
		return op.SignedBy(kit.Sign)
	}
	for _, c := range v.charts {
		if e, ok := c.chain.Members()[op.Device]; ok && c.people[e.Keyholder].keyholder == v.self.keyholder {
			return op.SignedBy(e.Sign)
		}
	}
	return false
}

// ReadKeysOf is [Vault.ReadKeys] for a recovery kit that is all that is left.
func ReadKeysOf(code seal.KitCode, patient record.ID, came []Incoming) (*RecordKeys, error) {
	id, err := code.Identity()
	if err != nil {
		return nil, err
	}
	defer id.Wipe()
	return readKeys(id, patient, came)
}

func readKeys(id *seal.Identity, patient record.ID, came []Incoming) (*RecordKeys, error) {
	me := deviceID(id.Public())
	out := &RecordKeys{Patient: patient}
	var rotations []Incoming
	withdrawn := map[chain.ID]bool{}
	for _, in := range came {
		if in.Op.Patient != patient {
			return nil, fmt.Errorf("%w: another record", ErrAltered)
		}
		out.ops = append(out.ops, in.Op)
		switch in.Op.Kind {
		case chain.Rotate:
			rotations = append(rotations, in)
			out.openSeals(id, me, in.Op)
		case chain.Receipt:
			c := chain.Consent{Op: in.Op.ID()}
			if chain.Decode(in.Op.Clear, &c.ReceiptClear) == nil {
				out.consents = append(out.consents, c)
			}
		case chain.Withdraw:
			var w chain.WithdrawClear
			if chain.Decode(in.Op.Clear, &w) == nil {
				withdrawn[w.Receipt] = true
			}
		}
	}
	out.consents = slices.DeleteFunc(out.consents, func(c chain.Consent) bool { return withdrawn[c.ID] })
	for known := -1; known != len(out.keys); {
		known = len(out.keys)
		for _, in := range rotations {
			out.unfold(in)
		}
	}
	for _, in := range came {
		out.whose(me, in)
	}
	if len(out.keys) == 0 || out.Keyholder.ID.IsZero() || len(out.Kit.HPKE) == 0 {
		return nil, ErrNoKeys
	}
	return out, nil
}

func (r *RecordKeys) offer(k *seal.CircleKey) {
	if !slices.ContainsFunc(r.keys, func(known *seal.CircleKey) bool {
		return known.Circle == k.Circle && known.Epoch == k.Epoch && known.ID == k.ID
	}) {
		r.keys = append(r.keys, k)
	}
}

// openSeals takes the key of a rotation that is sealed to the one who asks.
func (r *RecordKeys) openSeals(id *seal.Identity, me [16]byte, op *chain.Signed) {
	var clear chain.RotateClear
	if chain.Decode(op.Clear, &clear) != nil {
		return
	}
	for _, s := range clear.Seals {
		if s.Device != me {
			continue
		}
		k, _, err := id.OpenSeal(me, s.Seal)
		if err == nil && k.Patient == op.Patient && k.Circle == clear.Circle && k.Epoch == clear.Epoch && k.ID == clear.KeyID {
			r.offer(k)
		}
	}
}

// unfold takes the keys before a rotation out of its body.
func (r *RecordKeys) unfold(in Incoming) {
	k := (&awaited{keys: r.keys}).key(in.Op)
	if k == nil {
		return
	}
	plain, ok := openWith(k, in.Body)
	if !ok {
		return
	}
	var body rotateBody
	if _, content, err := decodeBody(plain); err != nil || decoding.Unmarshal(content, &body) != nil {
		return
	}
	for _, p := range body.Previous {
		secret, err := seal.KeyFrom(p.Secret)
		if err != nil {
			return
		}
		if old, err := seal.RestoreCircleKey(k.Patient, k.Circle, p.Epoch, secret); err == nil {
			r.offer(old)
		}
	}
}

func openWith(k *seal.CircleKey, body []byte) ([]byte, bool) {
	sealed, err := seal.Parse(bytes.Clone(body))
	if err != nil || sealed.Epoch() != k.Epoch {
		return nil, false
	}
	plain, err := k.Open(labelRecord, byte(store.Records), sealed)
	return plain, err == nil
}

// whose notes what an operation says of the one who asks: whose they are, in what
// role, and which kit is theirs.
func (r *RecordKeys) whose(me [16]byte, in Incoming) {
	if in.Op.Kind != chain.Genesis && in.Op.Kind != chain.Member {
		return
	}
	entries, add, err := memberEntries(in.Op)
	if err != nil || !add {
		return
	}
	for _, e := range entries {
		if e.Device() != me {
			continue
		}
		r.keyholder, r.Role = e.Keyholder, roleName(e.Role)
		for _, k := range r.keys {
			plain, ok := openWith(k, in.Body)
			if !ok {
				continue
			}
			var body memberBody
			if head, content, err := decodeBody(plain); err == nil && head.Type == typeMember && decoding.Unmarshal(content, &body) == nil {
				r.Keyholder = record.Keyholder{ID: body.Keyholder, Name: body.Name}
			}
		}
	}
	for _, op := range r.ops { // the kit may have come before or after the device
		entries, add, err := memberEntries(op)
		if op.Kind != chain.Genesis && op.Kind != chain.Member || err != nil || !add {
			continue
		}
		for _, e := range entries {
			if e.Kit && e.Keyholder == r.keyholder {
				r.Kit = seal.Public{Sign: e.Sign, HPKE: e.HPKE}
			}
		}
	}
}

// Consent finds the newest consent of the record to a server that was not withdrawn;
// whether it is alive, its server judges.
func (r *RecordKeys) Consent(host string, key [32]byte) (chain.Consent, bool) {
	for _, c := range slices.Backward(r.consents) {
		if c.Host == host && c.Key == key && c.Purpose == chain.Synchronise && c.Category == chain.Hosting {
			return c, true
		}
	}
	return chain.Consent{}, false
}

// Await notes that a record is to come, by a consent, so that its pages can be applied
// ([Vault.Apply]). Of one that is here already nothing changes.
func (v *Vault) Await(ctx context.Context, r *RecordKeys, by chain.Consent) error {
	err := v.act(ctx, func(a *act) error {
		if a.charts[r.Patient] != nil {
			return nil
		}
		if _, closed := a.house.closures[r.Patient]; closed {
			return ErrClosedHere
		}
		if a.awaited == nil {
			a.awaited = map[record.ID]*awaited{}
		}
		a.awaited[r.Patient] = &awaited{receipt: by, keys: r.keys}
		if err := a.putAwaited(); err != nil {
			return err
		}
		return a.expect(r.Patient)
	})
	return wrap("await record", err)
}

// Awaited lists the records that this device was admitted to and has not fetched
// whole.
func (v *Vault) Awaited() ([]record.ID, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	return sortedIDs(v.awaited), nil
}

// PublicKeys are those of the device that the vault is open for.
func (v *Vault) PublicKeys() (seal.Public, error) {
	done, err := v.looking()
	if err != nil {
		return seal.Public{}, err
	}
	defer done()
	return v.self.Public(), nil
}

// SignMeeting signs what is said at a meeting of two devices with the key of the one
// that the vault is open for. It signs nothing else.
func (v *Vault) SignMeeting(message []byte) (sig [64]byte, err error) {
	done, err := v.looking()
	if err != nil {
		return sig, err
	}
	defer done()
	if !bytes.HasPrefix(message, []byte("carnet-join-verdict-v1")) {
		return sig, fmt.Errorf("%w: not a meeting", errInternal)
	}
	return v.self.Sign(message), nil
}
