package schedule

// State is how a dose or an examination stands on a day.
type State string

// The states.
const (
	Done     State = "done"
	Due      State = "due"      // its time has come
	Upcoming State = "upcoming" // its time has not come
	Overdue  State = "overdue"  // its time is over and nothing is recorded
	NotDone  State = "not-done" // recorded as not done
)
