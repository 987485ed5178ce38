// Package storeurl opens the store that an address names, as a person gives
// it to --lake.
//
// It owns the meaning of addresses, and nothing of the stores. The app calls it.
package storeurl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/lake/store/blob"
	"github.com/dreamlog/dreamlog/lake/store/local"
)

// Store is an opened store, to be closed by its owner.
type Store interface {
	store.Store
	io.Closer
}

// Open opens a folder (a plain path, or file:///absolute/path), an object
// store (s3://BUCKET/PREFIX?…, see blob.Open), or mem:// for a try-out.
func Open(ctx context.Context, address string) (Store, error) {
	scheme, _, isURL := strings.Cut(address, "://")
	switch {
	case address == "":
		return nil, errors.New("open store: the address is empty; give a path or a URL")
	case !isURL:
		return local.Open(address)
	case scheme == "file":
		dir, err := folder(address)
		if err != nil {
			return nil, fmt.Errorf("open store %s: %w", address, err)
		}
		return local.Open(dir)
	case scheme == "s3", scheme == "mem":
		return blob.Open(ctx, address)
	}
	return nil, fmt.Errorf("open store %s: scheme %q is unknown; give a path, file://, s3:// or mem://", address, scheme)
}

func folder(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	if u.Host != "" || !filepath.IsAbs(filepath.FromSlash(u.Path)) || u.RawQuery != "" {
		return "", errors.New("want file:// and an absolute path, without host and parameters (file:///srv/lake)")
	}
	return filepath.FromSlash(u.Path), nil
}
