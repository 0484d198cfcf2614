package wire

import (
	"encoding/json"
	"fmt"
)

// Problem is an answer that refuses (RFC 9457). It tells no content: what is wrong is
// its type.
type Problem struct {
	Type    string    `json:"type"`
	Title   string    `json:"title"`
	Status  int       `json:"status"`
	Time    int64     `json:"time,omitempty"`    // the server's clock, seconds since 1970; with [ProblemClock]
	Missing []HexName `json:"missing,omitempty"` // blobs; with [ProblemBlobs]
}

// HexName is a blob's name as JSON shows it.
type HexName [32]byte

// MarshalText gives 64 hexadecimal digits.
func (n HexName) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%x", n[:]), nil }

// UnmarshalText reads them.
func (n *HexName) UnmarshalText(b []byte) error {
	name, err := ParseName(string(b))
	*n = name
	return err
}

// The types of problems. They never change their meaning.
const (
	ProblemMessage   = "/problems/message"   // 400: not a message, or not in its form
	ProblemSignature = "/problems/signature" // 401: not signed, or not by a device of the record
	ProblemClock     = "/problems/clock"     // 401: signed too long ago or in the future
	ProblemReplay    = "/problems/replay"    // 401: this very request came before
	ProblemConsent   = "/problems/consent"   // 403: no live receipt for this server
	ProblemRemoved   = "/problems/removed"   // 403: this device belonged to the record and was removed
	ProblemUnknown   = "/problems/unknown"   // 404: no such record, or nothing of it for this device
	ProblemMeeting   = "/problems/meeting"   // 409: somebody has spoken at this turn of the meeting already
	ProblemOver      = "/problems/over"      // 410: the meeting is over
	ProblemChain     = "/problems/chain"     // 409: an operation does not follow what is here
	ProblemBlobs     = "/problems/blobs"     // 412: blobs have to come first
	ProblemLarge     = "/problems/large"     // 413: too large
	ProblemRate      = "/problems/rate"      // 429: too many requests
	ProblemQuota     = "/problems/quota"     // 507: the record has as much as it may
	ProblemServer    = "/problems/server"    // 500: the server's own fault
)

// MaxProblem is the longest problem that is read, in bytes.
const MaxProblem = 128 << 10

// Error tells the type and nothing else.
func (p *Problem) Error() string {
	return fmt.Sprintf("wire: the server refused: %s (%d)", p.Type, p.Status)
}

// ParseProblem reads a problem. What is none comes back with a type of its own
// status.
func ParseProblem(status int, b []byte) *Problem {
	p := new(Problem)
	if len(b) > MaxProblem || json.Unmarshal(b, p) != nil || p.Type == "" || len(p.Type) > 64 {
		return &Problem{Type: "about:blank", Status: status}
	}
	p.Status = status
	return p
}
