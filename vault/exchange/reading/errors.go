package reading

import "errors"

// Errors of decoders. Each names a limit or a fault of a file; none holds anything
// that stands in it. The file is kept all the same.
var (
	// ErrOther is returned by [Decoder.Decode] for a file of another format, and
	// where a file is of none that is read.
	ErrOther = errors.New("reading: not of a format that is read")
	// ErrMalformed is returned for a file that breaks the rules of its format.
	ErrMalformed = errors.New("reading: malformed")
	// ErrSize is returned for a file, or a part of it, that is too long.
	ErrSize = errors.New("reading: too long")
	// ErrDepth is returned for parts within parts beyond reason.
	ErrDepth = errors.New("reading: nested too deeply")
	// ErrCount is returned for too many parts.
	ErrCount = errors.New("reading: too many parts")
	// ErrTime is returned when reading took too long.
	ErrTime = errors.New("reading: takes too long")
	// ErrRatio is returned for an archive that unpacks to far more than it is.
	ErrRatio = errors.New("reading: unpacks to too much")
	// ErrEntity is returned for XML that declares entities.
	ErrEntity = errors.New("reading: declares entities")
	// ErrPath is returned for an archive with a name that leads out of it.
	ErrPath = errors.New("reading: a name leads outside")
	// ErrNested is returned for an archive within an archive within an archive.
	ErrNested = errors.New("reading: archives within archives")
	// ErrCharset is returned for text in an encoding that is not read.
	ErrCharset = errors.New("reading: unknown encoding")
)
