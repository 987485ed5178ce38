package delta

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/dreamlog/dreamlog/lake/store"
)

// Path is the name of a data file below the folder of its table. The log holds
// it URI-encoded; here it is decoded. A path out of a log always leads to a
// file below the table: absolute paths and those with ".." are refused.
type Path string

// MarshalText encodes the path for the log.
func (p Path) MarshalText() ([]byte, error) {
	if err := store.CheckName(string(p)); err != nil {
		return nil, fmt.Errorf("data file %q: %w", string(p), err)
	}
	return p.appendEscaped(nil), nil
}

// UnmarshalText decodes a path of the log.
func (p *Path) UnmarshalText(text []byte) error {
	name, err := url.PathUnescape(string(text))
	if err != nil {
		return fmt.Errorf("path of a data file: %w", err)
	}
	if strings.Contains(name, "://") || strings.HasPrefix(name, "/") {
		return fmt.Errorf("data file %q: %w", name, errAbsolute)
	}
	if err := store.CheckName(name); err != nil {
		return fmt.Errorf("data file %q: %w", name, err)
	}
	*p = Path(name)
	return nil
}

var errAbsolute = errors.New("lies outside of the table; only tables whose files lie below them are read (was it cloned by another program?)")

// unreserved are the bytes that stand for themselves in a path, beside letters
// and digits.
const unreserved = "-_.~/="

func (p Path) appendEscaped(dst []byte) []byte {
	for _, c := range []byte(p) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte(unreserved, c) >= 0:
			dst = append(dst, c)
		default:
			dst = fmt.Appendf(dst, "%%%02X", c)
		}
	}
	return dst
}
