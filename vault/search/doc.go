// Package search finds documents by their words: an index in memory, in
// segments that the caller keeps sealed. It reads no file, has no clock and
// knows no key.
//
// A word of a text becomes a term: lower case, without accents and ligatures.
// Each term also has a French stem, so that a query finds inflected forms; what
// is equal letter by letter counts more, and alone when it is in quotes. The
// last word of a query may be the beginning of one, and words with one wrong
// letter are tried when the others find little.
//
// A [Segment] is the index of some documents in one run of bytes, made by
// [Builder] or [Merge], and never changes. An [Index] is several segments
// together with the knowledge of which of their documents still count.
// [Index.Find] answers a [Query]; [Excerpt] shows where in a text the words are.
//
// A Segment is safe for concurrent use, and so are [Index.Find] and [Excerpt];
// the other methods of an Index are not, nor is Find beside them. Errors hold no
// word of a document or of a query.
package search
