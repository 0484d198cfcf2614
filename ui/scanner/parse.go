package scanner

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// parseDevices reads what scanimage lists with [listed].
func parseDevices(said string) (out []Device) {
	for line := range strings.Lines(said) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(f) != 4 || f[0] == "" || len(f[0]) > maxDeviceName || len(out) == maxDevices {
			continue
		}
		out = append(out, Device{f[0], strings.TrimSpace(f[1]), strings.TrimSpace(f[2]), strings.TrimSpace(f[3])})
	}
	return out
}

// option is one that a scanner has, as scanimage tells it: its choices, or its range.
type option struct {
	choices     []string
	least, most float64 // 0 and 0 where there are choices
}

var (
	optionLine = regexp.MustCompile(`^ {4}--([a-z-]+) (.*) \[(.*)\]\s*$`)
	span       = regexp.MustCompile(`^([0-9.]+)\.\.([0-9.]+)`)
)

// parseOptions reads the options that can be set now.
func parseOptions(said string) map[string]option {
	out := map[string]option{}
	for line := range strings.Lines(said) {
		m := optionLine.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if m == nil || m[3] == "inactive" || m[3] == "read-only" {
			continue
		}
		var o option
		if r := span.FindStringSubmatch(m[2]); r != nil {
			least, err := strconv.ParseFloat(r[1], 64)
			most, err2 := strconv.ParseFloat(r[2], 64)
			if err != nil || err2 != nil {
				continue
			}
			o.least, o.most = least, most
		} else {
			o.choices = strings.Split(m[2], "|")
		}
		out[m[1]] = o
	}
	return out
}

// named are the words that drivers have for a choice, the best first.
var named = map[string][]string{
	string(Gray):    {"gray", "grayscale", "grey", "greyscale", "true gray", "8-bit gray"},
	string(Color):   {"color", "colour", "24bit color", "24 bit color", "true color"},
	string(Lineart): {"lineart", "line art", "black & white", "black and white", "binary", "threshold", "monochrome"},
	string(Flatbed): {"flatbed", "fb", "normal", "document table"},
	string(Feeder):  {"automatic document feeder", "adf", "adf front", "adf simplex", "automatic document feeder(left aligned)", "automatic document feeder(centrally aligned)", "feeder", "document feeder"},
}

// pick finds the driver's word for a choice, "" when it has none.
func (o option) pick(choice string) string {
	for _, word := range named[choice] {
		if i := slices.IndexFunc(o.choices, func(c string) bool { return strings.EqualFold(c, word) }); i >= 0 {
			return o.choices[i]
		}
	}
	return ""
}

// resolution is what the scanner has that is nearest to what is asked for, and not less
// while it can; "" when it tells none.
func (o option) resolution(dpi int) string {
	want := float64(dpi)
	if o.choices == nil {
		return strconv.FormatFloat(min(max(want, o.least), o.most), 'f', -1, 64)
	}
	best, found := 0.0, false
	for _, c := range o.choices {
		n, err := strconv.ParseFloat(strings.TrimSuffix(c, "dpi"), 64)
		if err != nil {
			continue
		}
		enough, had := n >= want, best >= want
		if !found || enough && !had || enough && n < best || !enough && !had && n > best {
			best, found = n, true
		}
	}
	if !found {
		return ""
	}
	return strconv.FormatFloat(best, 'f', -1, 64)
}

// choose makes the arguments for what is asked of a scanner with some options. A mode or
// source that it does not have is ErrOption; one that it has no choice of is left to it.
func choose(has map[string]option, o Options) (args []string, err error) {
	set := func(name, choice string) {
		known, there := has[name]
		word := known.pick(choice)
		switch {
		case choice == "" || !there && choice != string(Feeder):
		case word == "":
			err = ErrOption
		default:
			args = append(args, "--"+name+"="+word)
		}
	}
	set("source", string(o.Source))
	set("mode", string(o.Mode))
	if r, there := has["resolution"]; there {
		if dpi := r.resolution(o.DPI); dpi != "" {
			args = append(args, "--resolution="+dpi)
		}
	}
	return args, err
}

// Of what scanimage says while it scans.
var percent = regexp.MustCompile(`Progress: ([0-9.]+)%`)

// fault is what scanimage says when a page cannot be had; nothing comes after it.
var fault = regexp.MustCompile(`scanimage: sane_(?:start|read): ([^\n]+)\n`)

// statuses are those of SANE that have an error of their own: what scanimage ends with, and
// what it says before.
var statuses = []struct {
	code int
	said string
	err  error
}{
	{3, "Device busy", ErrBusy}, {4, "Invalid argument", ErrOption}, {6, "Document feeder jammed", ErrJammed},
	{7, "Document feeder out of documents", ErrEmpty}, {8, "Scanner cover is open", ErrCover}, {11, "Access to resource has been denied", ErrDenied},
}
