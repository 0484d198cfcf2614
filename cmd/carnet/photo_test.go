package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"

	"carnet/sync/gateway/phonetest"
	"carnet/vault/render/phototest"
)

// writePhotos N makes photographs of pages 1 to N, which lie aslant on a table, in the
// folder in place.
func writePhotos() {
	n, err := strconv.Atoi(os.Args[1])
	for i := 1; err == nil && i <= n; i++ {
		p := phototest.Photo{Page: i, Degrees: float64(5*i - 8), Aslant: 0.1, Width: 800}
		err = os.WriteFile(fmt.Sprintf("photo-%d.jpg", i), p.JPEG(), 0o600)
	}
	endWith(err)
}

// sendFromPhone FILE... -- COMMAND... runs a command that shows an address and a code,
// and sends files there as a telephone does.
func sendFromPhone() {
	at := slices.Index(os.Args, "--")
	var pictures [][]byte
	for _, name := range os.Args[1:at] {
		b, err := os.ReadFile(name)
		if err != nil {
			endWith(err)
		}
		pictures = append(pictures, b)
	}
	c := exec.Command(os.Args[at+1], os.Args[at+2:]...)
	c.Stdin, c.Stdout = os.Stdin, os.Stdout
	told, err := c.StderrPipe()
	if err != nil {
		endWith(err)
	}
	if err := c.Start(); err != nil {
		endWith(err)
	}
	address, code := "", ""
	lines := bufio.NewReader(told)
	for code == "" {
		line, err := lines.ReadString('\n')
		fmt.Fprint(os.Stderr, line)
		if err != nil {
			break
		}
		if m := regexp.MustCompile(`http://([0-9.]+:[0-9]+)/`).FindStringSubmatch(line); m != nil {
			address = m[1]
		}
		if m := regexp.MustCompile(`[0-9A-Z]{5}( [0-9A-Z]{5}){3}`).FindString(line); m != "" {
			code = m
		}
	}
	var sent error
	if code != "" {
		sent = phonetest.Send(address, code, pictures...)
	}
	if _, err := io.Copy(os.Stderr, lines); err != nil {
		endWith(err)
	}
	if err := c.Wait(); err != nil {
		endWith(err)
	}
	endWith(sent)
}

func endWith(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}
