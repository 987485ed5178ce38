// Package blob is a store.Store in an object store, through gocloud.dev/blob.
//
// It owns how put-if-absent, lost answers and range reads map onto an object
// store; retries within one request belong to the client library. It never
// relies on a rename, a lock or a folder. The lake calls it through
// store.Store.
//
// fileblob is not among its drivers: there the check and the publication of
// an absent name are two steps under a lock of the writer's own, so two
// writers can both win. A folder is for store/local.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	gocloud "gocloud.dev/blob"
	_ "gocloud.dev/blob/memblob" // mem://
	_ "gocloud.dev/blob/s3blob"  // s3://
	"gocloud.dev/gcerrors"

	"github.com/dreamlog/dreamlog/lake/store"
)

// Store keeps objects under a prefix of a bucket. It is safe for concurrent
// use, by several processes as well.
type Store struct {
	bucket *gocloud.Bucket
	prefix string // empty, or ends in a slash
}

// Open opens s3://BUCKET/PREFIX?region=…&endpoint=…&use_path_style=… (the
// parameters of gocloud.dev; credentials come from where the AWS tools look)
// or mem:// (a new, empty bucket each time). The bucket must exist. Close
// releases it.
func Open(ctx context.Context, address string) (*Store, error) {
	bucketAddress, prefix, err := split(address)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", address, err)
	}
	bucket, err := gocloud.OpenBucket(ctx, bucketAddress)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", address, err)
	}
	// A bucket that does not exist would look like an empty lake.
	there, err := bucket.IsAccessible(ctx)
	if err == nil && !there {
		err = errors.New("there is no such bucket, or these credentials may not list it; make it first")
	}
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", address, errors.Join(err, bucket.Close()))
	}
	return &Store{bucket: bucket, prefix: prefix}, nil
}

func split(address string) (bucket, prefix string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", "", err
	}
	if u.Scheme != "s3" && u.Scheme != "mem" {
		return "", "", fmt.Errorf("scheme %q is not s3 or mem", u.Scheme)
	}
	if u.Query().Has("prefix") {
		return "", "", errors.New("give the prefix as the path of the address, not as a parameter")
	}
	prefix = strings.Trim(u.Path, "/")
	if prefix != "" {
		if err := store.CheckName(prefix); err != nil {
			return "", "", err
		}
		prefix += "/"
	}
	u.Path, u.RawPath = "", ""
	return u.String(), prefix, nil
}

// Close releases the bucket.
func (s *Store) Close() error { return s.bucket.Close() }

// Delete implements store.Store.
func (s *Store) Delete(ctx context.Context, name string) error {
	if err := ready(ctx, name); err != nil {
		return fmt.Errorf("delete %s: %w", name, err)
	}
	if err := s.bucket.Delete(ctx, s.prefix+name); err != nil {
		return fmt.Errorf("delete %s: %w", name, translate(err))
	}
	return nil
}

// Replace implements store.Store.
func (s *Store) Replace(ctx context.Context, name string, data []byte) error {
	if err := ready(ctx, name); err != nil {
		return fmt.Errorf("replace %s: %w", name, err)
	}
	if err := s.bucket.WriteAll(ctx, s.prefix+name, data, &gocloud.WriterOptions{ContentType: contentType}); err != nil {
		return fmt.Errorf("replace %s: %w", name, err)
	}
	return nil
}

// List implements store.Store. Keys that are no valid names, such as the
// folder marks that some tools leave, are passed over.
func (s *Store) List(ctx context.Context, prefix, after string) iter.Seq2[store.Info, error] {
	return func(yield func(store.Info, error) bool) {
		if err := store.CheckPrefix(prefix); err != nil {
			yield(store.Info{}, fmt.Errorf("list %s: %w", prefix, err))
			return
		}
		objects := s.bucket.List(&gocloud.ListOptions{Prefix: s.prefix + prefix, BeforeList: s.startAfter(after)})
		for {
			o, err := next(ctx, objects)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(store.Info{}, fmt.Errorf("list %s: %w", prefix, err))
				return
			}
			name := strings.TrimPrefix(o.Key, s.prefix)
			if name <= after || store.CheckName(name) != nil {
				continue
			}
			if !yield(store.Info{Name: name, Size: o.Size, Modified: o.ModTime}, nil) {
				return
			}
		}
	}
}

func next(ctx context.Context, objects *gocloud.ListIterator) (*gocloud.ListObject, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return objects.Next(ctx)
}

// startAfter spares S3 from listing what the caller has seen. Elsewhere List
// passes over it.
func (s *Store) startAfter(after string) func(func(any) bool) error {
	return func(as func(any) bool) error {
		var request *s3.ListObjectsV2Input
		if after != "" && store.CheckPrefix(after) == nil && as(&request) {
			key := s.prefix + after
			request.StartAfter = &key
		}
		return nil
	}
}

func ready(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return store.CheckName(name)
}

func translate(err error) error {
	if gcerrors.Code(err) == gcerrors.NotFound {
		return fmt.Errorf("%w (%w)", store.ErrNotExist, err)
	}
	return err
}
