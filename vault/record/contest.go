package record

// Contest is what a person disputes in a document, or in an entry of a profile
// that others wrote, and asks of whoever wrote it. Carnet sends nothing and
// removes nothing by it. The zero value disputes nothing. A record has one at a
// time; its history has those before.
type Contest struct {
	Wrong      Wrong        `cbor:"60,keyasint"`
	Ask        Ask          `cbor:"61,keyasint"`
	Reason     string       `cbor:"62,keyasint"` // in the person's words, on one or several lines
	Addressee  string       `cbor:"63,keyasint"` // the professional or the house it goes to; may be empty
	Contested  Millis       `cbor:"64,keyasint"` // when
	Outcome    ContestState `cbor:"65,keyasint"`
	Answer     string       `cbor:"66,keyasint"` // that was given, in the person's words; may be empty
	AnsweredAt Millis       `cbor:"67,keyasint"` // zero while it is open
}

// IsContested reports whether something is disputed, answered or not.
func (c *Contest) IsContested() bool { return c.Outcome != "" }

// Wrong is what is the matter with health data: the faults for which article 40
// of law 78-17 gave, and articles 16 to 18 of the GDPR give, a right.
type Wrong string

// What can be wrong.
const (
	Inexact    Wrong = "inexact"
	Incomplete Wrong = "incomplete"
	Ambiguous  Wrong = "ambiguous"
	Outdated   Wrong = "outdated"
	Unlawful   Wrong = "unlawful"
)

// Wrongs lists them, in the order of people.
var Wrongs = []Wrong{Inexact, Incomplete, Ambiguous, Outdated, Unlawful}

// Ask is what somebody who disputes data wants.
type Ask string

// What can be asked.
const (
	AskCorrect  Ask = "correct"
	AskComplete Ask = "complete"
	AskLock     Ask = "lock" // kept, and used no more
	AskErase    Ask = "erase"
)

// Asks lists them, in the order of people.
var Asks = []Ask{AskCorrect, AskComplete, AskLock, AskErase}

// ContestState is how far a contestation is.
type ContestState string

// How far it can be.
const (
	ContestOpen      ContestState = "open"
	ContestAccepted  ContestState = "accepted"
	ContestRefused   ContestState = "refused"
	ContestWithdrawn ContestState = "withdrawn" // by the person
)

// ContestAnswers lists the states that end one.
var ContestAnswers = []ContestState{ContestAccepted, ContestRefused, ContestWithdrawn}
