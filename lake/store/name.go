package store

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits that hold on every file system and object store we know, in bytes.
const (
	maxName    = 1024
	maxSegment = 255
)

// CheckName tells whether a name may be given to a Store. Names often come
// from data (a Delta log may be written by others), so they are never trusted:
// segments are separated by single slashes, are not empty, do not start with a
// dot (which rules out "..", and keeps temporary files apart), and hold
// neither backslash nor control characters. The error is an ErrName.
func CheckName(name string) error {
	if name == "" {
		return fmt.Errorf("empty: %w", ErrName)
	}
	return check(name, name)
}

// CheckPrefix is CheckName for the prefix of a List, whose last segment may
// be incomplete or empty.
func CheckPrefix(prefix string) error {
	folder, last, found := cutLast(prefix)
	if found {
		if err := check(folder, prefix); err != nil {
			return err
		}
	}
	if last == "" {
		return nil
	}
	return check(last, prefix)
}

func check(path, whole string) error {
	if len(whole) > maxName {
		return fmt.Errorf("%.40q… has %d bytes, more than %d: %w", whole, len(whole), maxName, ErrName)
	}
	if !utf8.ValidString(path) {
		return fmt.Errorf("%q is not UTF-8: %w", whole, ErrName)
	}
	if strings.ContainsFunc(path, forbidden) {
		return fmt.Errorf("%q holds a backslash or a control character: %w", whole, ErrName)
	}
	for segment := range strings.SplitSeq(path, "/") {
		if reason := badSegment(segment); reason != "" {
			return fmt.Errorf("%q has %s: %w", whole, reason, ErrName)
		}
	}
	return nil
}

func badSegment(segment string) string {
	switch {
	case segment == "":
		return "an empty segment"
	case segment[0] == '.':
		return "a segment that starts with a dot"
	case len(segment) > maxSegment:
		return fmt.Sprintf("a segment of more than %d bytes", maxSegment)
	}
	return ""
}

func forbidden(r rune) bool { return r == '\\' || r < 0x20 || r == 0x7f }

func cutLast(path string) (folder, last string, found bool) {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return "", path, false
	}
	return path[:i], path[i+1:], true
}
