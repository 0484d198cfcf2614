package vault

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"carnet/vault/exchange/devices"
	"carnet/vault/record"
	"carnet/vault/series"
)

// MeasurementOptions say how a file of a device is taken in. A nil
// *MeasurementOptions is the zero value.
type MeasurementOptions struct {
	Title string // of the document that holds the measurements; "" for the file's name
	// Zone is where times were written that name no zone; nil is that of the
	// computer.
	Zone *time.Location
	// Progress is told the bytes read of those there are, often and from one
	// goroutine.
	Progress func(done, total int64)
}

// MeasurementImport is what became of a file of a device.
type MeasurementImport struct {
	Document record.ID // that holds the measurements; zero when none of them was new
	devices.Report
	New   int // measurements that were not there before
	Known int // that were, or stand in the file more than once
	Bytes int64
}

// ImportMeasurements reads the export of a device or of the program that goes with it
// ([devices.Decode]) and keeps its measurements as one document of the patient:
// sealed in blocks, found by measurement and period ([Vault.Measurements]), and like
// any other document hidden, put in the bin, handed over and exported. The file
// itself is not kept; [Vault.Import] does that. What the record has already from the
// same source is left out.
//
// It is all there or, after an error or when ctx is cancelled, nothing of it. It
// returns [ErrNoPatient], [ErrNotAllowed], [ErrHandedOver], [ErrNoMeasurements],
// [ErrNotRegular], [ErrItself], [ErrDiskFull], an error of package devices or of the
// file.
func (v *Vault) ImportMeasurements(ctx context.Context, patient record.ID, path string, opt *MeasurementOptions) (MeasurementImport, error) {
	if opt == nil {
		opt = &MeasurementOptions{}
	}
	out, err := v.importMeasurements(ctx, patient, path, opt)
	if err != nil {
		return MeasurementImport{}, wrap("import measurements", named(err))
	}
	return out, nil
}

func (v *Vault) importMeasurements(ctx context.Context, patient record.ID, path string, opt *MeasurementOptions) (out MeasurementImport, err error) {
	if err := v.checkImport(patient, &ImportOptions{}); err != nil {
		return out, err
	}
	if opt.Title != "" {
		if err := checkName(opt.Title); err != nil {
			return out, err
		}
	}
	file, err := v.openForeign(path)
	if err != nil {
		return out, err
	}
	defer file.Close() // read only: nothing to lose
	known, err := v.knownMeasurements(patient)
	if err != nil {
		return out, err
	}
	m := &measuring{v: v, known: known, opt: opt}
	up, err := m.seal(ctx, file, file.Size(), filepath.Base(path))
	if err != nil {
		return out, err
	}
	out = MeasurementImport{Report: m.report, New: m.writer.Points, Known: m.writer.Twice, Bytes: up.size}
	if out.New == 0 {
		if err := up.abandon(); err != nil || out.Known > 0 {
			return out, err
		}
		return out, ErrNoMeasurements
	}
	err = v.act(ctx, func(a *act) error {
		c, err := a.chart(patient)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)) + ".series"
		body := documentBody{Document: record.Document{
			Title: cmp.Or(opt.Title, titleOf(filepath.Base(path))), FileName: strings.ToValidUTF8(name, "\ufffd"), MediaType: series.MediaType,
			AddedAt: record.At(a.opt.Now()), AddedBy: a.self.keyholder,
		}}
		if day := m.last.Format(time.DateOnly); checkPartialDate(day, a.opt.Now()) == nil {
			body.Date = day
		}
		if err := a.writeVersion(c, c.common().key(), up, body); err != nil {
			return err
		}
		return a.log(c, record.MeasurementsAdded, up.id)
	})
	if err != nil {
		return MeasurementImport{}, errors.Join(err, up.abandon())
	}
	out.Document = up.id
	up.finished()
	return out, nil
}

// openForeign opens a file to be read, which is not the vault's own.
func (v *Vault) openForeign(path string) (*Given, error) {
	itself, err := os.Stat(v.Path())
	if err != nil {
		return nil, err
	}
	file, err := OpenGiven(path)
	if err != nil {
		return nil, err
	}
	info, err := file.f.Stat()
	if err == nil && os.SameFile(info, itself) {
		err = ErrItself
	}
	if err != nil {
		file.Close() // read only: nothing to lose
		return nil, err
	}
	return file, nil
}

// measuring is one import of measurements.
type measuring struct {
	v      *Vault
	opt    *MeasurementOptions
	known  []heldSeries
	writer *series.Writer
	report devices.Report
	last   time.Time // the latest moment, in its own zone

	asked  series.Key // whose points were looked for last, and in which month
	month  time.Time
	answer []series.Point
}

// seal decodes a file on one goroutine and seals what it gives on this one.
func (m *measuring) seal(ctx context.Context, file io.ReaderAt, size int64, name string) (*upload, error) {
	table := m.v.opt.Measures
	if table == nil {
		return nil, ErrNoMeasurements
	}
	r, w := io.Pipe()
	m.writer = series.NewWriter(w, func(code string) (string, string) {
		x := table.Measure(code)
		return x.LOINC, x.Units[0].UCUM
	}, m.had)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		opt := devices.Options{Table: table, Zone: cmp.Or(m.opt.Zone, time.Local), Progress: m.opt.Progress}
		var err error
		latest := int64(-series.MaxMoment)
		m.report, err = devices.Decode(ctx, file, size, name, opt, func(k series.Key, p series.Point) error {
			if p.End > latest {
				latest, m.last = p.End, p.Until()
			}
			return m.writer.Add(k, p)
		})
		if err == nil {
			err = m.writer.Close()
		}
		w.CloseWithError(err) // nil is the end; it reports nothing
	}()
	up, err := m.v.upload(ctx, newID(), 1, r, nil)
	r.CloseWithError(errors.Join(errStopped, err)) // so that the other goroutine ends; it reports nothing
	<-ended
	return up, err
}

// had gives the points of a key in a month that the record has already.
func (m *measuring) had(k series.Key, month time.Time) ([]series.Point, error) {
	if m.asked == k && m.month.Equal(month) {
		return m.answer, nil
	}
	m.asked, m.month, m.answer = k, month, nil
	for _, h := range m.known {
		err := h.index.Each(h.content, k.Measure, &k.Source, series.Period{From: month, To: month.AddDate(0, 1, 0)}, func(_ series.Described, points []series.Point) error {
			m.answer = append(m.answer, points...)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	m.answer = series.Unique(m.answer)
	return m.answer, nil
}

// heldSeries is the content of a document that holds measurements.
type heldSeries struct {
	document record.ID
	content  *Content
	index    *series.Index
}

// knownMeasurements opens the documents of a patient that hold measurements and are
// not in the bin, oldest first. One that only says so, as a restored archive can, is
// a document like others.
func (v *Vault) knownMeasurements(patient record.ID) ([]heldSeries, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	c, err := v.of(patient)
	var found []*document
	if err == nil {
		for _, d := range c.documents {
			if d.MediaType == series.MediaType && d.RemovedAt == 0 {
				found = append(found, d)
			}
		}
	}
	slices.SortFunc(found, func(a, b *document) int {
		return cmp.Or(cmp.Compare(a.AddedAt, b.AddedAt), slices.Compare(a.ID[:], b.ID[:]))
	})
	held := make([]heldSeries, 0, len(found))
	for _, d := range found {
		var content *Content
		if content, err = v.contentOf(d); err != nil {
			break
		}
		held = append(held, heldSeries{document: d.ID, content: content})
	}
	done()
	if err != nil {
		return nil, err
	}
	out := held[:0]
	for _, h := range held {
		h.index, err = series.ReadIndex(h.content, h.content.Size())
		if errors.Is(err, series.ErrFormat) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, nil
}

// MeasurementSeries is what a record has of one measurement from one source.
type MeasurementSeries struct {
	series.Described
	Points      int         // those that stand in two documents counted twice
	First, Last time.Time   // UTC
	Documents   []record.ID // that hold them, oldest first
}

// MeasurementSeries lists what devices measured of a patient, by measurement and
// source; what is in the bin is left out. It reads no measurement itself. It returns
// [ErrNoPatient], or [ErrDamaged] when a document does not hold.
func (v *Vault) MeasurementSeries(patient record.ID) ([]MeasurementSeries, error) {
	held, err := v.knownMeasurements(patient)
	if err != nil {
		return nil, wrap("list measurements", err)
	}
	found := map[series.Key]*MeasurementSeries{}
	for _, h := range held {
		for _, s := range h.index.Spans() {
			first, last := time.UnixMilli(s.First).UTC(), time.UnixMilli(s.Last).UTC()
			x := found[s.Key]
			if x == nil {
				x = &MeasurementSeries{Described: s.Described, First: first, Last: last}
				found[s.Key] = x
			}
			x.Points += s.Points
			if first.Before(x.First) {
				x.First = first
			}
			if last.After(x.Last) {
				x.Last = last
			}
			x.Documents = append(x.Documents, h.document)
		}
	}
	out := make([]MeasurementSeries, 0, len(found))
	for _, x := range found {
		out = append(out, *x)
	}
	slices.SortFunc(out, func(a, b MeasurementSeries) int {
		return cmp.Or(strings.Compare(a.Measure, b.Measure), strings.Compare(a.Source, b.Source))
	})
	return out, nil
}

// Measurements reads what devices measured of a patient in a period: one run for each
// source, by name, each value once. Only blocks that can hold some of it are opened.
// It returns [ErrNoPatient], [ErrDamaged] or the error of ctx.
func (v *Vault) Measurements(ctx context.Context, patient record.ID, measure string, period series.Period) ([]series.Run, error) {
	held, err := v.knownMeasurements(patient)
	if err != nil {
		return nil, wrap("read measurements", err)
	}
	found := map[series.Key][]series.Point{}
	for _, h := range held {
		err := h.index.Each(h.content, measure, nil, period, func(k series.Described, points []series.Point) error {
			found[k.Key] = append(found[k.Key], points...)
			return ctx.Err()
		})
		if errors.Is(err, series.ErrFormat) {
			err = errors.Join(ErrDamaged, err)
		}
		if err != nil {
			return nil, wrap("read measurements", err)
		}
	}
	out := make([]series.Run, 0, len(found))
	for k, points := range found {
		out = append(out, series.Run{Key: k, Points: series.Unique(points)})
	}
	slices.SortFunc(out, func(a, b series.Run) int { return strings.Compare(a.Source, b.Source) })
	return out, nil
}

// IsMeasurements tells whether a file is an export of a device that
// [Vault.ImportMeasurements] reads. A file that cannot be opened is none.
func IsMeasurements(path string) (devices.Format, bool) {
	file, err := OpenGiven(path)
	if err != nil {
		return "", false
	}
	defer file.Close() // read only: nothing to lose
	format := devices.Detect(file, file.Size(), filepath.Base(path))
	return format, format != ""
}
