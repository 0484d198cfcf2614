// Package salvage reads what can be read of a damaged vault file. It follows the
// pages of the database by itself, trusts none of them, and asks for no key: what
// it finds are sealed values, which package vault judges.
//
// The reading is done by a child process ([Main]) that has the file as its
// standard input and nothing else: no path, no key, no environment. Whatever a
// page makes of it, the program that wants the values goes on ([Read]): a child
// that dies is started again and leaves out the page it died of.
package salvage
