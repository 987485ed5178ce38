// Package interop_test has the lake read by implementations that share no code
// with it, delta-rs and polars, and holds what they see to what our SQL sees.
//
// The Makefile makes the virtual environment that read.py runs in, and names it
// in DREAMLOG_VENV. Without it the test skips, or fails where CI is true.
package interop_test
