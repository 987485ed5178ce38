package replay

// SetSliceTransitions changes how many transitions are read at a time, until
// the function that it returns is called.
func SetSliceTransitions(n int64) (restore func()) {
	before := sliceTransitions
	sliceTransitions = n
	return func() { sliceTransitions = before }
}

// SetPartBytes changes how large the parts of a batch are, until the function
// that it returns is called.
func SetPartBytes(n int) (restore func()) {
	before := partBytes
	partBytes = n
	return func() { partBytes = before }
}
