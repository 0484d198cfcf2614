package main

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What a hostile file may cost: the processor, all processes together, and the largest of
// them, which starts at some 60 MB.
const (
	hostileCPU    = 5 * time.Second
	hostileMemory = 200 << 20
)

// hostile is a file that means harm, and what the program says of it.
type hostile struct {
	name string // of the file
	verb string // of « document », once it was added; or a whole command, {} being the file
	says string // a regular expression of what names the refusal
	make func(w io.Writer, long bool)
}

// heavy are those whose smallest form costs as much as all others: the long form has them.
var heavy = []string{
	"cda-line.xml", "cda-attribute.xml", "cda-inside.xml", "fhir-line.json", "apple-bomb.zip", "list.tar", "kept.tar", "photograph.png",
	"large.png", "dicom-pixels.dcm", "nested.pdf", "paper.pdf", "spaces.pdf", "lines.pdf", // package render has these
}

// times is n, or in the long form many.
func times(long bool, n, many int) int {
	if long {
		return many
	}
	return n
}

// repeat writes s until size bytes are out. A failed write is the pipe's end, which the
// caller sees when it closes.
func repeat(w io.Writer, s string, size int) {
	block := strings.Repeat(s, 1+(1<<16)/len(s))
	for ; size > 0; size -= len(block) {
		io.WriteString(w, block[:min(len(block), (size+len(s)-1)/len(s)*len(s))])
	}
}

// around writes what repeats between a beginning and an end.
func around(begin, s, end string, n, many int) func(io.Writer, bool) {
	return func(w io.Writer, long bool) {
		io.WriteString(w, begin)
		repeat(w, s, times(long, n, many)*len(s))
		io.WriteString(w, end)
	}
}

func plain(s string) func(io.Writer, bool) { return around(s, " ", "", 0, 0) }

const (
	cdaHead   = `<ClinicalDocument xmlns="urn:hl7-org:v3">`
	appleHead = `<?xml version="1.0"?><HealthData locale="fr">`
	fhirHead  = `{"resourceType":"Bundle","type":"collection","entry":[`
	omhHead   = `[{"header":{"schema_id":{"namespace":"omh","name":"body-weight","version":"2.0"}},"body":`
	xdmList   = "IHE_XDM/SUBSET01/METADATA.XML"
	laughs    = `<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>`
	outside   = `<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>`
)

// zipped writes an archive: each file by its name, its content repeated over n bytes.
func zipped(files ...zipEntry) func(io.Writer, bool) {
	return func(w io.Writer, _ bool) {
		z := zip.NewWriter(w)
		for _, f := range files {
			out, err := z.CreateRaw(f.header())
			if err == nil {
				_, err = out.Write(f.packed)
			}
			if err != nil {
				panic(err)
			}
		}
		if err := z.Close(); err != nil {
			panic(err)
		}
	}
}

type zipEntry struct {
	name   string
	size   int // unpacked
	packed []byte
	sum    uint32
}

func (e *zipEntry) header() *zip.FileHeader {
	return &zip.FileHeader{Name: e.name, Method: zip.Deflate, CompressedSize64: uint64(len(e.packed)), UncompressedSize64: uint64(e.size), CRC32: e.sum}
}

// entry packs s, repeated over size bytes.
func entry(name, s string, size int) zipEntry {
	sum := crc32.NewIEEE()
	packed := deflatedBy(func(w io.Writer) { repeat(io.MultiWriter(w, sum), s, size) })
	n := (size + len(s) - 1) / len(s) * len(s)
	return zipEntry{name, n, packed, sum.Sum32()}
}

func whole(name, s string) zipEntry { return entry(name, s, len(s)) }

func deflatedBy(write func(io.Writer)) []byte {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestSpeed)
	if err != nil {
		panic(err)
	}
	write(w)
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func bytesOf(write func(io.Writer, bool)) string {
	var b bytes.Buffer
	write(&b, false)
	return b.String()
}

// manyEntries is an archive whose end says that it has none of its n files.
func manyEntries(n, many int) func(io.Writer, bool) {
	return func(w io.Writer, long bool) {
		n := times(long, n, many) / 65536 * 65536
		local := []byte("PK\x03\x04\x14\x00\x00\x00\x00\x00" + strings.Repeat("\x00", 16) + "\x01\x00\x00\x00a")
		w.Write(local)
		for range n {
			io.WriteString(w, "PK\x01\x02\x14\x00\x14\x00\x00\x00\x00\x00"+strings.Repeat("\x00", 16)+"\x01\x00"+strings.Repeat("\x00", 16)+"a")
		}
		end := append([]byte("PK\x05\x06"), make([]byte, 8)...)
		end = binary.LittleEndian.AppendUint32(end, uint32(47*n))
		w.Write(append(binary.LittleEndian.AppendUint32(end, uint32(len(local))), 0, 0))
	}
}

// base45 is RFC 9285.
func base45(b []byte) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
	var out strings.Builder
	for ; len(b) >= 2; b = b[2:] {
		n := int(b[0])<<8 | int(b[1])
		out.WriteString(string([]byte{digits[n%45], digits[n/45%45], digits[n/2025]}))
	}
	return out.String()
}

func certificateText(write func(io.Writer)) func(io.Writer, bool) {
	return func(w io.Writer, _ bool) {
		var b bytes.Buffer
		z := zlib.NewWriter(&b)
		write(z)
		if err := z.Close(); err != nil {
			panic(err)
		}
		io.WriteString(w, "HC1:"+base45(b.Bytes()))
	}
}

// card is a JWS whose content is packed and signed by nobody.
func card(w io.Writer, long bool) {
	packed := deflatedBy(func(w io.Writer) { repeat(w, "\x00", times(long, 8<<20, 400<<20)) })
	encode := base64.RawURLEncoding.EncodeToString
	io.WriteString(w, encode([]byte(`{"alg":"ES256","zip":"DEF","kid":"x"}`))+"."+encode(packed)+"."+encode(make([]byte, 64)))
}

func pngOf(width, height uint32) func(io.Writer, bool) {
	return func(w io.Writer, _ bool) {
		chunk := func(kind string, content []byte) {
			body := append([]byte(kind), content...)
			w.Write(binary.BigEndian.AppendUint32(nil, uint32(len(content))))
			w.Write(body)
			w.Write(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(body)))
		}
		io.WriteString(w, "\x89PNG\r\n\x1a\n")
		head := binary.BigEndian.AppendUint32(nil, width)
		chunk("IHDR", append(binary.BigEndian.AppendUint32(head, height), 8, 0, 0, 0, 0))
		var b bytes.Buffer
		z := zlib.NewWriter(&b)
		repeat(z, "\x00", int(min(height, 300))*int(width+1))
		if err := z.Close(); err != nil {
			panic(err)
		}
		chunk("IDAT", b.Bytes())
		chunk("IEND", nil)
	}
}

func jpegOf(width, height uint16) func(io.Writer, bool) {
	head := binary.BigEndian.AppendUint16([]byte("\xff\xd8\xff\xc0\x00\x11\x08"), height)
	head = append(binary.BigEndian.AppendUint16(head, width), "\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"...)
	return plain(string(head) + strings.Repeat("\xff\xda", 100))
}

func tiffOf(width, height uint32) func(io.Writer, bool) {
	b := []byte("II*\x00\x08\x00\x00\x00\x05\x00")
	for _, field := range [][2]uint32{{256, width}, {257, height}, {258, 8}, {273, 8}, {279, 0xfffffff0}} {
		b = binary.LittleEndian.AppendUint16(b, uint16(field[0]))
		b = append(b, 4, 0, 1, 0, 0, 0)
		b = binary.LittleEndian.AppendUint32(b, field[1])
	}
	return plain(string(append(b, make([]byte, 100)...)))
}

// pdf is a file of numbered objects; those that are given come behind the catalogue.
func pdf(objects ...string) string {
	out, at := "%PDF-1.7\n", []int{}
	for i, o := range append([]string{"<< /Type /Catalog /Pages 2 0 R >>"}, objects...) {
		at = append(at, len(out))
		out += fmt.Sprintf("%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := len(out)
	out += fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		out += fmt.Sprintf("%010d 00000 n \n", n)
	}
	return out + fmt.Sprintf("trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
}

func page(more, contents string) string {
	return pdf("<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /Contents 4 0 R "+more+" >>", contents)
}

func stream(dictionary, content string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dictionary, len(content), content)
}

func flateStream(s string, size int) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	repeat(z, s, size)
	if err := z.Close(); err != nil {
		panic(err)
	}
	return stream("/Filter /FlateDecode", b.String())
}

// dicom is a file of one syntax with what follows its own elements.
func dicom(syntax, rest string) func(io.Writer, bool) {
	if len(syntax)%2 == 1 {
		syntax += "\x00"
	}
	named := "\x02\x00\x10\x00UI" + string([]byte{byte(len(syntax)), 0}) + syntax
	return plain(strings.Repeat("\x00", 128) + "DICM\x02\x00\x00\x00UL\x04\x00" + string([]byte{byte(len(named)), 0, 0, 0}) + named + rest)
}

// tarOf is an archive whose files are named, each of size bytes of zeros.
func tarOf(size int64, names ...string) func(io.Writer, bool) {
	return func(w io.Writer, long bool) {
		t := tar.NewWriter(w)
		for _, name := range names {
			if err := t.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600}); err != nil {
				panic(err)
			}
			repeat(t, "\x00", int(size))
		}
		if err := t.Close(); err != nil {
			panic(err)
		}
	}
}

// What the program says.
const (
	entities  = "declares abbreviations that can hide a trap"
	tooDeep   = "too many parts within parts"
	tooLong   = "too long to be read here"
	tooMany   = "too many parts to be read here"
	leadsOut  = "A name in this archive leads out of it"
	unpacks   = "unpacks to far more than it weighs"
	archives  = "an archive within an archive"
	packing   = "its compressed data are corrupt or too large"
	envelope  = "its envelope does not keep to the standard"
	noCodes   = "are no attestations"
	nothing   = "No code was found"
	notMade   = "not made as devices make theirs"
	noFormat  = "not of a format that Carnet can read"
	noDocs    = "This (page|document) cannot be shown|No code was found"
	tooHeavy  = "ask too much of the computer|No code was found"
	notSigned = "holds no certificate"
	noPlace   = "names a place outside itself"
	noArchive = "This is not an archive of Carnet|more files, or larger ones"
	noRecord  = "is damaged, or is no record sent by another household"
)

const (
	mebibyte   = 1 << 20
	gigabyte   = 1 << 30
	ageHead    = "age-encryption.org/v1\n"
	restoreIt  = "restore --from {}"
	mergeIt    = "patient merge {}"
	measureIt  = "measure import {}"
	certify    = "certificate add {}"
	longTokens = 33 * mebibyte
)

// hostiles makes all of them, for every decoder.
func hostiles() []hostile {
	return []hostile{
		{"cda-laughs.xml", "read", entities, plain(laughs + cdaHead + "&d;</ClinicalDocument>")},
		{"cda-outside.xml", "read", entities, plain(outside + cdaHead + "&a;</ClinicalDocument>")},
		{"cda-nested.xml", "read", tooDeep, around(cdaHead, "<a>", "", 200_000, 5_000_000)},
		{"cda-line.xml", "read", tooLong, around(cdaHead+"<title>", "x", "</title></ClinicalDocument>", longTokens, gigabyte)},
		{"cda-attribute.xml", "read", tooLong, around(cdaHead+`<a b="`, "x", `"/></ClinicalDocument>`, longTokens, gigabyte)},
		{"cda-flat.xml", "read", tooMany, around(cdaHead, "<a/>", "</ClinicalDocument>", 600_000, 5_000_000)},
		{"cda-runs.xml", "read", tooMany, around(cdaHead+"<title>", "x<!---->", "</title></ClinicalDocument>", 600_000, 5_000_000)},
		{"cda-inside.xml", "read", "Files in this document", around(cdaHead+`<component><nonXMLBody><text representation="B64" mediaType="application/pdf">`, "QUJD", "</text></nonXMLBody></component></ClinicalDocument>", 1<<20, 3<<20)},
		{"fhir-nested.json", "read", tooDeep, around(fhirHead, "[", "", 200_000, 5_000_000)},
		{"fhir-line.json", "read", tooLong, around(fhirHead+`"`, "x", `"]}`, longTokens, gigabyte)},
		{"fhir-flat.json", "read", tooMany, around(fhirHead+"1", ",1", "]}", 600_000, 5_000_000)},
		{"fhir-nested.xml", "read", tooDeep, around(`<Bundle xmlns="http://hl7.org/fhir">`, "<entry>", "", 200_000, 5_000_000)},
		{"fhir-laughs.xml", "read", entities, plain(laughs + `<Bundle xmlns="http://hl7.org/fhir">&d;</Bundle>`)},
		{"xdm-up.zip", "read", leadsOut, zipped(whole(xdmList, "<a/>"), whole("../../etc/passwd", "x"))},
		{"xdm-backslash.zip", "read", leadsOut, zipped(whole(xdmList, "<a/>"), whole(`..\..\evil.txt`, "x"))},
		{"xdm-absolute.zip", "read", leadsOut, zipped(whole(xdmList, "<a/>"), whole("/etc/passwd", "x"))},
		{"xdm-drive.zip", "read", leadsOut, zipped(whole(xdmList, "<a/>"), whole(`C:\evil.txt`, "x"))},
		{"xdm-bomb.zip", "read", unpacks, func(w io.Writer, long bool) {
			zipped(whole(xdmList, "<a/>"), entry("IHE_XDM/SUBSET01/A.TXT", "\x00", times(long, 100*mebibyte, gigabyte-mebibyte)))(w, long)
		}},
		{"xdm-list-bomb.zip", "read", tooDeep, func(w io.Writer, long bool) {
			zipped(entry(xdmList, "<a>", times(long, 20*mebibyte, 63*mebibyte)))(w, long)
		}},
		{"xdm-entries.zip", "read", tooMany, manyEntries(1<<17, 1<<21)},
		{"xdm-nested.zip", "read", archives, zipped(whole(xdmList, "<a/>"), whole("IHE_XDM/a.zip", bytesOf(zipped(whole("b.zip", bytesOf(zipped(whole("c.txt", "x"))))))))},
		{"dcc-bomb.txt", "codes", packing, certificateText(func(w io.Writer) { repeat(w, "\x00", 5*mebibyte) })},
		{"dcc-nested.txt", "codes", "signed envelope|content does not keep|compressed data", certificateText(func(w io.Writer) {
			io.WriteString(w, "\xd2\x84\x43\xa1\x01\x26\xa0\x59\x0f\xa1")
			repeat(w, "\x81", 4000)
			io.WriteString(w, "\x41\x00")
		})},
		{"dcc-claims.txt", "codes", "signed envelope|compressed data", certificateText(func(w io.Writer) {
			io.WriteString(w, "\xd2\x84\x43\xa1\x01\x26\xa0\x5b\x00\x00\x00\x7f\xff\xff\xff\xff")
		})},
		{"dcc-array.txt", "codes", "content does not keep|signed envelope", certificateText(func(w io.Writer) {
			io.WriteString(w, "\xd2\x84\x43\xa1\x01\x26\xa0\x49\x9b\x00\x00\x00\x7f\xff\xff\xff\xff\x41\x00")
		})},
		{"card-bomb.txt", "codes", packing, card},
		{"card-parts.txt", "codes", "Codes are missing", around("", "shc:/1/64/4242 ", "", 60_000, 60_000)},
		{"card-nested.smart-health-card", "codes", noCodes, around(`{"verifiableCredential":`, "[", "", 900_000, 900_000)},
		{"link-long.txt", "codes", envelope, around("shlink:/", "A", "", 1_000_000, 1_000_000)},
		{"link-huge.txt", "codes", nothing, around("shlink:/", "A", "", 8*mebibyte, gigabyte)},
		{"2ddoc-long.txt", "codes", noCodes, around("DC04FR0000011E6D1E6DL101FR", "L0MARTIN\x1d", "", 100_000, 100_000)},
		{"apple-nested.xml", measureIt, notMade, around(appleHead, "<a>", "", 200_000, 5_000_000)},
		{"apple-laughs.xml", measureIt, notMade, plain(laughs + appleHead + "&d;</HealthData>")},
		{"apple-line.xml", measureIt, notMade, around(appleHead+`<Record type="`, "x", `"/></HealthData>`, 2*mebibyte, gigabyte)},
		{"apple-bomb.zip", measureIt, notMade, func(w io.Writer, long bool) {
			zipped(entry("apple_health_export/export.xml", appleHead+strings.Repeat("<Record/>", 100_000), times(long, 100*mebibyte, gigabyte)))(w, long)
		}},
		{"apple-entries.zip", measureIt, "no export of a device", manyEntries(1<<17, 1<<21)},
		{"withings.csv", measureIt, notMade, around("Date,\"Weight (kg)\",\"Fat mass (kg)\"\n\"", "x", "", 2*mebibyte, gigabyte)},
		{"omh-nested.json", measureIt, notMade, around(omhHead, `{"a":`, "", 200_000, 5_000_000)},
		{"omh-line.json", measureIt, "no measurement that Carnet can keep|not made as devices", around(omhHead+`{"a":"`, "x", `"}}]`, 2*mebibyte, gigabyte)},
		{"dicom-claims.dcm", "codes", noDocs, dicom("1.2.840.10008.1.2.1", "\x08\x00\x60\x00CS\x02\x00CT\x10\x00\x10\x00UT\x00\x00\xf0\xff\xff\xff")},
		{"dicom-deflated.dcm", "codes", "This document is too large|cannot be shown|No code was found", dicom("1.2.840.10008.1.2.1.99", string(deflatedBy(func(w io.Writer) { repeat(w, "\x00", 100*mebibyte) })))},
		{"dicom-nested.dcm", "codes", noDocs, dicom("1.2.840.10008.1.2.1", strings.Repeat("\x08\x00\x40\x11SQ\x00\x00\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff", 100_000))},
		{"dicom-pixels.dcm", "codes", noDocs, dicom("1.2.840.10008.1.2.1", "\x28\x00\x10\x00US\x02\x00\xff\xff\x28\x00\x11\x00US\x02\x00\xff\xff\xe0\x7f\x10\x00OW\x00\x00\xff\xff\xff\x7f")},
		{"large.png", "codes", noDocs, pngOf(60_000, 60_000)},
		{"huge.png", "codes", noDocs, pngOf(0x7fffffff, 1)},
		{"photograph.png", "document add --join {}", "photograph", pngOf(60_000, 60_000)},
		{"large.jpg", "codes", noDocs, jpegOf(65_500, 65_500)},
		{"large.tif", "codes", noDocs, tiffOf(100_000, 100_000)},
		{"huge.tif", "codes", noDocs, tiffOf(0xffffffff, 0xffffffff)},
		{"nested.pdf", "codes", noDocs, plain(page("/MediaBox [0 0 595 842] /Deep "+strings.Repeat("[", 400_000), stream("", "q")))},
		{"pages.pdf", "codes", noDocs, plain(pdf("<< /Type /Pages /Kids [] /Count 2147483647 >>"))},
		{"paper.pdf", "codes", noDocs, plain(page("/MediaBox [0 0 1440000000 1440000000]", stream("", "q")))},
		{"spaces.pdf", "codes", tooHeavy, func(w io.Writer, long bool) {
			io.WriteString(w, page("/MediaBox [0 0 595 842]", flateStream(" ", times(long, 20*mebibyte, gigabyte))))
		}},
		{"lines.pdf", "codes", tooHeavy, func(w io.Writer, long bool) {
			io.WriteString(w, page("/MediaBox [0 0 595 842]", flateStream("0 0 m 9 9 l S\n", times(long, mebibyte, 200*mebibyte))))
		}},
		{"line.txt", "read", noFormat, around("", "mot ", "", 2<<20, gigabyte/4)},
		{"lines.ics", "read", tooLong + "|A part is kept and not shown", around("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:", "x", "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", 2*mebibyte, gigabyte)},
		{"table.csv", "read", noFormat, around("a;", "x", "", 2*mebibyte, gigabyte)},
		{"table.tsv", "read", noFormat, around("a\t", "x", "", 2*mebibyte, gigabyte)},
		{"rows.ndjson", "read", noFormat, around(`{"a":"`, "x", `"}`, 2*mebibyte, gigabyte)},
		{"page.html", "read", noFormat, around("<html><p>", "x", "</p></html>", 2*mebibyte, gigabyte)},
		{"nested.html", "read", noFormat, around("<html>", "<b>", "", 200_000, 5_000_000)},
		{"nested.svg", "read", noFormat, around(`<svg xmlns="http://www.w3.org/2000/svg">`, "<g>", "", 200_000, 5_000_000)},
		{"nested.xml", "read", noFormat, around("", "<a>", "", 200_000, 5_000_000)},
		{"nested.json", "read", noFormat, around("", `{"a":`, "", 200_000, 5_000_000)},
		{"nested.rtf", "read", noFormat, around(`{\rtf1 `, `{\b `, "", 200_000, 5_000_000)},
		{"keys.pem", certify, notSigned, around("-----BEGIN CERTIFICATE-----\n", "AAAA", "", 1<<20, gigabyte/4)},
		{"keys.json", certify, notSigned, around("", "[", "", 200_000, 5_000_000)},
		{"up.tar", restoreIt, noPlace, tarOf(1, "x/bagit.txt", "x/../../evil.txt")},
		{"back.tar", restoreIt, noPlace, tarOf(1, `x/data\..\..\evil.txt`)},
		{"list.tar", restoreIt, noArchive, tarOf(250*mebibyte, "x/manifest-sha256.txt")},
		{"kept.tar", restoreIt, noArchive, tarOf(250*mebibyte, "x/data/documents.json")},
		{"parcel-line.age", mergeIt, noRecord, around(ageHead+"-> ", "x", "", 4*mebibyte, gigabyte)},
		{"parcel-people.age", mergeIt, noRecord, around(ageHead, "-> mlkem768x25519 AAAA\nAAAA\n", "", 200_000, 5_000_000)},
		{"parcel-body.age", mergeIt, noRecord, around(ageHead+"-> mlkem768x25519 AAAA\n", strings.Repeat("A", 64)+"\n", "", 200_000, 5_000_000)},
	}
}

// used is what a run of the program cost.
type used struct {
	CPU    time.Duration
	Memory int64 // bytes of its largest process, at most
}

// tellUse writes what this process and those it waited for cost, where TEST_USED says.
func tellUse() {
	to := os.Getenv("TEST_USED")
	if to == "" {
		return
	}
	var u used
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var r syscall.Rusage
		if err := syscall.Getrusage(who, &r); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(99)
		}
		u.CPU += time.Duration(r.Utime.Nano() + r.Stime.Nano())
		if who == syscall.RUSAGE_CHILDREN {
			u.Memory = r.Maxrss << 10
		}
	}
	// Not Maxrss of this process, which begins with that of the one that started it.
	status, err := os.ReadFile("/proc/self/status")
	if found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status); err == nil && found != nil {
		var kB int64
		fmt.Sscan(string(found[1]), &kB)
		u.Memory = max(u.Memory, kB<<10)
	}
	b, err := json.Marshal(u)
	if err == nil {
		err = os.WriteFile(to, b, 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(99)
	}
}

// household is a folder with a vault, and the program itself in processes of its own.
type household struct {
	t      *testing.T
	folder string
}

func newHousehold(t *testing.T) *household {
	t.Helper()
	h := &household{t, t.TempDir()}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(h.folder, "carnet")); err != nil { // by which name it knows what to be
		t.Fatal(err)
	}
	if said, _, err := h.run("", "vault", "create", "--name", "Anne", "--birth", "1980-05-17", "--kit", "kit.txt"); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return h
}

// run gives what the program says on both streams and what it used. The error is its exit code.
func (h *household) run(in string, args ...string) (said string, u used, err error) {
	h.t.Helper()
	report := filepath.Join(h.folder, "used.json")
	c := exec.Command(filepath.Join(h.folder, "carnet"), append(args, "--passphrase-fd", "0")...)
	c.Dir = h.folder
	c.Env = []string{"LANG=en_GB.UTF-8", "HOME=" + h.folder, "TMPDIR=" + h.folder, "PATH=" + os.Getenv("PATH"), "CARNET_VAULT=" + filepath.Join(h.folder, "coffre.carnet"), "TEST_USED=" + report}
	c.Stdin = strings.NewReader("six mots tout simples pour ouvrir\n" + in)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err = c.Run()
	b, missing := os.ReadFile(report)
	if missing != nil {
		h.t.Fatalf("carnet %s ended without a word of what it used: %v\n%s", args, err, out.String())
	}
	decode(h.t, b, &u)
	return out.String(), u, err
}

// write makes the file of a hostile.
func (h *household) write(c *hostile, long bool) string {
	h.t.Helper()
	path := filepath.Join(h.folder, "in", c.name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		h.t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		h.t.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	c.make(w, long)
	if err := w.Flush(); err != nil {
		h.t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		h.t.Fatal(err)
	}
	return path
}

// attack has the program take up hostile files, in one session each for adding and for
// reading, and gives what it says of each.
func (h *household) attack(all []hostile, long bool) (said map[string]string, u used) {
	h.t.Helper()
	var adds strings.Builder
	for i := range all {
		path := h.write(&all[i], long)
		if !strings.Contains(all[i].verb, "{}") {
			fmt.Fprintf(&adds, "document add --no-ocr --json %q\n", path)
		}
	}
	first, u, err := h.run(adds.String(), "shell")
	ids := map[string]string{}
	for line := range strings.Lines(first) {
		var outcome addedJSON
		if json.Unmarshal([]byte(line), &outcome) == nil {
			for _, f := range outcome.Added {
				ids[filepath.Base(f.Path)] = f.ID.String()
			}
		}
	}
	var asks []string
	for _, c := range all {
		switch id := ids[c.name]; {
		case strings.Contains(c.verb, "{}"):
			asks = append(asks, strings.Replace(c.verb, "{}", filepath.Join(h.folder, "in", c.name), 1))
		case id == "":
			h.t.Fatalf("%s was not kept: %v\n%.2000s", c.name, err, first)
		default:
			asks = append(asks, "document "+c.verb+" "+id)
		}
	}
	second, then, _ := h.run(parted(asks), "shell")
	said = map[string]string{}
	for i, answer := range answers(h.t, second, len(asks)) {
		said[all[i].name] = answer
	}
	return said, used{u.CPU + then.CPU, max(u.Memory, then.Memory)}
}

// TestHostile: every decoder refuses by name what means harm, behind the commands that
// people use, and the largest process does not swell. What each costs, the long form judges.
func TestHostile(t *testing.T) {
	all := slices.DeleteFunc(hostiles(), func(c hostile) bool { return slices.Contains(heavy, c.name) })
	said, u := newHousehold(t).attack(all, false)
	for _, c := range all {
		c.judge(t, said[c.name])
	}
	t.Logf("%d files: %.1f s, %d MB", len(all), u.CPU.Seconds(), u.Memory>>20)
	if u.Memory > 2*hostileMemory { // all in one process, which gives memory back late
		t.Errorf("%d MB were used", u.Memory>>20)
	}
}

// TestStreams: what has no end, no beginning or no length is refused by name behind every
// command that takes a path. None of it is waited for.
func TestStreams(t *testing.T) {
	h := newHousehold(t)
	at := func(name string) string { return filepath.Join(h.folder, name) }
	for _, pipe := range []string{"silent", "endless"} {
		if err := syscall.Mkfifo(at(pipe), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	endless, err := os.OpenFile(at("endless"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer endless.Close() // which ends the writer
	go func() {
		for {
			if _, err := endless.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	}()
	socket, err := net.Listen("unix", at("socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	if err := os.WriteFile(at("sparse"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(at("sparse"), 1<<40); err != nil {
		t.Fatal(err)
	}
	const notFile = "neither a file nor a folder"
	sparse := map[string]string{
		"document add {}": "over 16 GB", "document add --join {}": "more than 40 photographs", measureIt: notMade + "|no export of a device",
		"agenda import {}": "not a calendar", certify: notSigned, restoreIt: noArchive, mergeIt: noRecord, "proof verify {}": "not a proof",
	}
	var asks []string
	var want [][2]string
	for _, verb := range slices.Sorted(maps.Keys(sparse)) {
		for _, path := range []string{at("silent"), at("endless"), at("socket"), "/dev/zero", "/dev/urandom", at("sparse")} {
			says := notFile
			switch {
			case path == at("sparse"):
				says = sparse[verb]
			case verb == restoreIt:
				says = noArchive
			}
			ask := strings.ReplaceAll(verb, "{}", path)
			asks, want = append(asks, ask), append(want, [2]string{ask, says})
		}
	}
	said, u, _ := h.run(parted(asks), "shell")
	for i, answer := range answers(t, said, len(asks)) {
		if !regexp.MustCompile(want[i][1]).MatchString(answer) {
			t.Errorf("%s: want %q in\n%.600s", want[i][0], want[i][1], answer)
		}
	}
	t.Logf("%d streams: %.1f s, %d MB", len(asks), u.CPU.Seconds(), u.Memory>>20)
	if u.Memory > hostileMemory {
		t.Errorf("%d MB were used", u.Memory>>20)
	}
}

func (c *hostile) judge(t *testing.T, said string) {
	t.Helper()
	if !regexp.MustCompile(c.says).MatchString(said) {
		t.Errorf("%s: want %q in\n%.1000s", c.name, c.says, said)
	}
}

// TestTortureHostile has each in its full size and alone, and tells what it cost beyond
// a letter of one word: the passphrase costs 64 MB and a second twice.
func TestTortureHostile(t *testing.T) {
	if os.Getenv("CARNET_TORTURE") == "" {
		t.Skip("the long form, every file in its full size, runs with CARNET_TORTURE=1")
	}
	h := newHousehold(t)
	empty, err := os.ReadFile(filepath.Join(h.folder, "coffre.carnet"))
	if err != nil {
		t.Fatal(err)
	}
	letter := hostile{"letter.txt", "read", noFormat, plain("bonjour")}
	var least used
	for _, c := range append([]hostile{letter}, hostiles()...) {
		if err := os.WriteFile(filepath.Join(h.folder, "coffre.carnet"), empty, 0o600); err != nil {
			t.Fatal(err)
		}
		said, u := h.attack([]hostile{c}, true)
		c.judge(t, said[c.name])
		if c.name == letter.name {
			least = u
		}
		cpu := u.CPU - least.CPU
		t.Logf("%-30s %6.2f s %5d MB  %s", c.name, cpu.Seconds(), u.Memory>>20, regexp.MustCompile(c.says).FindString(said[c.name]))
		if cpu > hostileCPU || u.Memory > hostileMemory {
			t.Errorf("%s: %.2f s of the processor, %d MB", c.name, cpu.Seconds(), u.Memory>>20)
		}
		if err := os.Remove(filepath.Join(h.folder, "in", c.name)); err != nil {
			t.Error(err)
		}
	}
}
