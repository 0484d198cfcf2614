package devices

import (
	"archive/zip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"carnet/vault/series"
)

// withingsSource is what its tables are from: they name no device.
const withingsSource = "Withings"

// withingsTable is how one table of an export is read. Tables are known by their file
// name, and their columns by a word that the name of the column begins with, in
// English or French: the export is in the language of the account.
type withingsTable struct {
	file    string // begins with it, without extension
	columns []withingsColumn
	raw     string // the measurement of a table of start, duration and value
	read    func(*withingsReader, []string) error
}

type withingsColumn struct {
	names   []string
	measure string
	unit    string // where the name of the column has none in parentheses
}

var withingsKnown = []withingsTable{
	{file: "weight", read: (*withingsReader).columns, columns: []withingsColumn{
		{[]string{"weight", "poids"}, "weight", "kg"},
	}},
	{file: "height", read: (*withingsReader).columns, columns: []withingsColumn{
		{[]string{"height", "taille"}, "height", "m"},
	}},
	{file: "body_temperature", read: (*withingsReader).columns, columns: []withingsColumn{
		{[]string{"temperature", "température", "body temperature", "température corporelle"}, "temperature", "Cel"},
	}},
	{file: "bp", read: (*withingsReader).pressure},
	{file: "sleep", read: (*withingsReader).sleep},
	{file: "aggregates_steps", read: (*withingsReader).daily, raw: "steps"},
	{file: "raw_tracker_steps", read: (*withingsReader).raw, raw: "steps"},
	{file: "raw_hr_hr", read: (*withingsReader).raw, raw: "heart-rate"},
	{file: "raw_tracker_hr", read: (*withingsReader).raw, raw: "heart-rate"},
	{file: "raw_spo2_auto_spo2", read: (*withingsReader).raw, raw: "oxygen-saturation"},
	{file: "raw_core_body_temperature", read: (*withingsReader).raw, raw: "temperature"},
	{file: "raw_sleep-monitor_hr", read: (*withingsReader).raw, raw: "heart-rate"},
	{file: "raw_sleep-monitor_respiratory-rate", read: (*withingsReader).raw, raw: "respiratory-rate"},
}

// withingsOther are tables of an export that have measurements which the program does
// not keep: they are named in the report.
var withingsOther = []string{"activities", "aggregates_", "raw_", "signal", "spo2", "pwv"}

func withingsOf(name string) *withingsTable {
	name = strings.ToLower(strings.TrimSuffix(name, path.Ext(name)))
	for i, t := range withingsKnown {
		if name == t.file || strings.HasPrefix(name, t.file) && strings.ContainsAny(name[len(t.file):][:1], " _(-") {
			return &withingsKnown[i]
		}
	}
	return nil
}

// isWithings tells a table of its own by its first line, and by the name where that
// says too little.
func isWithings(name, line string) bool {
	header := header(line)
	has := func(begins ...string) bool {
		return slices.ContainsFunc(header, func(c string) bool {
			return slices.ContainsFunc(begins, func(b string) bool { return strings.HasPrefix(c, b) })
		})
	}
	if len(header) < 2 {
		return false
	}
	switch {
	case header[0] == "date" && has("weight (", "poids (") && has("fat mass", "masse grasse"),
		header[0] == "date" && has("systolic", "systolique") && has("diastolic", "diastolique"),
		slices.Equal(header, []string{"start", "duration", "value"}),
		(header[0] == "from" || header[0] == "de") && has("deep (s)", "profond (s)"):
		return true
	case header[0] == "date":
		return withingsOf(name) != nil
	}
	return false
}

// header is the folded names of the columns of a first line.
func header(line string) []string {
	row, err := csv.NewReader(strings.NewReader(line)).Read()
	if err != nil {
		return nil
	}
	for i, c := range row {
		row[i] = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(c, "\ufeff")))
	}
	return row
}

// withingsTables are the tables of an archive that can be read, or none when it is no
// export of Withings. Nothing but the names is looked at.
func withingsTables(z *zip.Reader) (tables []*zip.File) {
	sure := false
	for _, f := range z.File {
		name := path.Base(f.Name)
		if !strings.EqualFold(path.Ext(name), ".csv") {
			continue
		}
		if withingsOf(name) != nil {
			tables = append(tables, f)
			sure = true
		} else if slices.ContainsFunc(withingsOther, func(p string) bool { return strings.HasPrefix(strings.ToLower(name), p) }) {
			tables = append(tables, f)
		}
	}
	if !sure {
		return nil
	}
	slices.SortFunc(tables, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	return tables
}

// withingsReader reads one table.
type withingsReader struct {
	*decoder
	name   string
	table  *withingsTable
	header []string // folded
}

func (d *decoder) withings(r io.Reader, name string) error {
	table := csv.NewReader(&lines{r: r})
	table.FieldsPerRecord, table.ReuseRecord, table.LazyQuotes = -1, true, true
	first, err := table.Read()
	if err == io.EOF {
		return nil
	}
	if err != nil {
		return csvError(err)
	}
	w := &withingsReader{decoder: d, name: strings.TrimSuffix(name, path.Ext(name)), table: withingsOf(name)}
	for _, c := range first {
		w.header = append(w.header, strings.ToLower(strings.TrimSpace(strings.TrimPrefix(c, "\ufeff"))))
	}
	if w.table == nil {
		w.table = w.guess()
	}
	if w.table == nil {
		d.leave(w.name, UnknownMeasure)
		return nil
	}
	for {
		row, err := table.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return csvError(err)
		}
		if err := w.table.read(w, row); err != nil {
			return err
		}
	}
}

// guess knows a renamed table by its columns, where these say enough.
func (w *withingsReader) guess() *withingsTable {
	for name, column := range map[string][]string{"weight": {"weight (", "poids ("}, "bp": {"systolic", "systolique"}, "sleep": {"deep (s)", "profond (s)"}} {
		if w.column(column...) >= 0 {
			return withingsOf(name)
		}
	}
	return nil
}

func csvError(err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return fmt.Errorf("%w: %w", ErrSyntax, err)
	}
	return err
}

// lines refuses a line that is too long before it is in memory.
type lines struct {
	r    io.Reader
	long int
}

func (l *lines) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for _, c := range p[:n] {
		if l.long++; c == '\n' {
			l.long = 0
		}
		if l.long > MaxPiece {
			return 0, ErrLong
		}
	}
	return n, err
}

func (w *withingsReader) column(begins ...string) int {
	return slices.IndexFunc(w.header, func(c string) bool {
		return slices.ContainsFunc(begins, func(b string) bool { return strings.HasPrefix(c, b) })
	})
}

func cell(row []string, i int) string {
	if i < 0 || i >= len(row) {
		return ""
	}
	return strings.TrimSpace(row[i])
}

// columns reads a table of one time and values beside it.
func (w *withingsReader) columns(row []string) error {
	for i, name := range w.header {
		if i == 0 || cell(row, i) == "" {
			continue
		}
		c := w.meaning(name)
		if c == nil {
			if !strings.HasPrefix(name, "comment") {
				w.leave(w.name+" "+name, UnknownMeasure)
			}
			continue
		}
		unit := c.unit
		if _, after, ok := strings.Cut(name, "("); ok {
			unit, _, _ = strings.Cut(after, ")")
		}
		if err := w.value(w.name+" "+name, c.measure, unit, cell(row, i), "", cell(row, 0), 0); err != nil {
			return err
		}
	}
	return nil
}

func (w *withingsReader) meaning(name string) *withingsColumn {
	name, _, _ = strings.Cut(name, "(")
	name = strings.TrimSpace(name)
	for i, c := range w.table.columns {
		if slices.Contains(c.names, name) {
			return &w.table.columns[i]
		}
	}
	return nil
}

// value gives one value with the words of the table; what is what the report calls
// it.
func (w *withingsReader) value(what, measure, unit, value, second, start string, seconds float64) error {
	m := w.opt.Table.Measure(measure)
	if m == nil {
		w.leave(what, UnknownMeasure)
		return nil
	}
	u := &m.Units[0]
	if unit != "" {
		if u = m.Unit(unit); u == nil {
			w.leave(what, UnknownUnit)
			return nil
		}
	}
	at, ok := parseTime(start, w.opt.Zone)
	if !ok {
		w.leave(what, BadTime)
		return nil
	}
	n, err := strconv.ParseFloat(value, 64)
	var n2 float64
	if err == nil && second != "" {
		n2, err = strconv.ParseFloat(second, 64)
		n2 = u.Usual(n2)
	}
	if err != nil {
		w.leave(what, BadValue)
		return nil
	}
	end := at
	end.ms += int64(seconds * 1000)
	return w.give(what, m, withingsSource, point(at, end, u.Usual(n), n2))
}

// pressure reads the table of blood pressures, whose pulse is a heart rate.
func (w *withingsReader) pressure(row []string) error {
	start := cell(row, 0)
	first, second := cell(row, w.column("systolic", "systolique")), cell(row, w.column("diastolic", "diastolique"))
	if first == "" || second == "" {
		w.leave(w.name, Incomplete)
	} else if err := w.value(w.name, "blood-pressure", "", first, second, start, 0); err != nil {
		return err
	}
	at := w.column("heart rate", "fréquence cardiaque", "rythme cardiaque")
	if pulse := cell(row, at); pulse != "" {
		return w.value(w.name+" "+w.header[at], "heart-rate", "", pulse, "", start, 0)
	}
	return nil
}

// sleep adds up the stages of a night.
func (w *withingsReader) sleep(row []string) error {
	from, ok1 := parseTime(cell(row, 0), w.opt.Zone)
	to, ok2 := parseTime(cell(row, 1), w.opt.Zone)
	if !ok1 || !ok2 || to.ms < from.ms {
		w.leave(w.name, BadTime)
		return nil
	}
	var seconds float64
	for _, names := range [][]string{{"light", "léger"}, {"deep", "profond"}, {"rem", "paradoxal"}} {
		said := cell(row, w.column(names...))
		if said == "" {
			continue
		}
		n, err := strconv.ParseFloat(said, 64)
		if err != nil || n < 0 {
			w.leave(w.name, BadValue)
			return nil
		}
		seconds += n
	}
	m := w.opt.Table.Measure("sleep")
	if m == nil || seconds == 0 {
		w.leave(w.name, Incomplete)
		return nil
	}
	return w.give(w.name, m, withingsSource, point(from, to, (&series.Unit{}).Usual(seconds/3600), 0))
}

// daily reads a table of dates and sums. Where the tables of single stretches are
// there as well they say the same in detail: [series.Daily] takes the larger, so the
// sums stand under a source of their own.
func (w *withingsReader) daily(row []string) error {
	day, err := time.ParseInLocation(time.DateOnly, cell(row, 0), w.opt.Zone)
	n, err2 := strconv.ParseFloat(cell(row, 1), 64)
	switch {
	case err != nil:
		w.leave(w.name, BadTime)
		return nil
	case err2 != nil:
		w.leave(w.name, BadValue)
		return nil
	}
	m := w.opt.Table.Measure(w.table.raw)
	if m == nil {
		w.leave(w.name, UnknownMeasure)
		return nil
	}
	return w.give(w.name, m, withingsSource+", "+w.name, point(momentOf(day), momentOf(day.AddDate(0, 0, 1)), n, 0))
}

// raw reads a table of beginnings, durations and values, lists of both of which may
// stand on one line.
func (w *withingsReader) raw(row []string) error {
	values := list(cell(row, 2))
	durations := list(cell(row, 1))
	at, ok := parseTime(cell(row, 0), w.opt.Zone)
	if !ok {
		w.leave(w.name, BadTime)
		return nil
	}
	if len(values) != len(durations) {
		w.leave(w.name, Incomplete)
		return nil
	}
	m := w.opt.Table.Measure(w.table.raw)
	if m == nil {
		w.leave(w.name, UnknownMeasure)
		return nil
	}
	for i := range values {
		n, err := strconv.ParseFloat(values[i], 64)
		long, err2 := strconv.ParseFloat(durations[i], 64)
		if err != nil || err2 != nil || long < 0 || long > 7*86400 {
			w.leave(w.name, BadValue)
			return nil
		}
		end := moment{at.ms + int64(long*1000), at.zone}
		if m.Sum && n == 0 {
			at = end // nothing in that stretch
			continue
		}
		till := at
		if m.Sum {
			till = end
		}
		if err := w.give(w.name, m, withingsSource, point(at, till, n, 0)); err != nil {
			return err
		}
		at = end
	}
	return nil
}

func list(s string) []string {
	s = strings.TrimSuffix(strings.TrimPrefix(s, "["), "]")
	parts := strings.Split(s, ",")
	for i, p := range parts {
		parts[i] = strings.TrimSpace(p)
	}
	return parts
}
